// Allocate Order in Express with checks by hand, as many services have them.
const express = require('express');
const { orders, detail, put, TOKEN } = require('./store');

const app = express();
app.use(express.json());
app.use((req, res, next) => {
  if (req.headers.authorization !== `Token ${TOKEN}`) return res.status(401).json({ message: 'Unauthorized' });
  next();
});

app.param('uuid', (req, res, next, uuid) => {
  req.order = orders[uuid];
  if (!req.order) return res.status(404).json({ message: `Order ${uuid} not found` });
  next();
});

app.get('/timp/orders/:uuid/', (req, res) => res.json(detail(req.params.uuid)));

const QUANTITIES = ['quantity_accepted', 'quantity_rejected', 'quantity_backordered'];

function problem(order, item) {
  if (!item.line_item_uuid) return [400, 'line_item_uuid is required'];
  if (!item.allocation) return [400, 'allocation is required'];
  for (const name of QUANTITIES) {
    const value = item.allocation[name];
    if (value === undefined) return [400, `${name} is required`];
    if (!Number.isInteger(+value) || +value < 0) return [400, `${name} must be an integer`];
  }
  const date = item.allocation.backorder_date;
  if (date && isNaN(Date.parse(date))) return [400, 'backorder_date must be a date'];
  const line = order[item.line_item_uuid];
  if (!line) return [422, 'no such line item'];
  const sum = QUANTITIES.reduce((total, name) => total + +item.allocation[name], 0);
  if (sum > line.ordered) return [422, 'more than was ordered'];
}

app.put('/timp/orders/allocation/:uuid/', (req, res) => {
  const items = req.body && req.body.line_items;
  if (!Array.isArray(items)) return res.status(400).json({ message: 'line_items is required' });
  for (const item of items) {
    const [status, message] = problem(req.order, item) || [];
    if (status) return res.status(status).json({ message });
  }
  for (const item of items) put(req.order[item.line_item_uuid], item.allocation);
  res.json(items.map((item) => ({ [item.line_item_uuid]: req.order[item.line_item_uuid].status })));
});

app.listen(+process.argv[2], '127.0.0.1');
