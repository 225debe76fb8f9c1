// Allocate Order in Express with a JSON schema: answers with every line of the order, whatever was asked for.
const express = require('express');
const Ajv = require('ajv');
const addFormats = require('ajv-formats');
const { orders, detail, put, TOKEN } = require('./store');

const ajv = addFormats(new Ajv({ allowUnionTypes: true }));
const quantity = { type: ['integer', 'string'], minimum: 0, pattern: '^[0-9]{1,9}$' };
const validate = ajv.compile({
  type: 'object',
  required: ['line_items'],
  properties: {
    line_items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['line_item_uuid', 'allocation'],
        properties: {
          line_item_uuid: { type: 'string', format: 'uuid' },
          allocation: {
            type: 'object',
            required: ['quantity_accepted', 'quantity_rejected', 'quantity_backordered'],
            properties: {
              quantity_accepted: quantity,
              quantity_rejected: quantity,
              quantity_backordered: quantity,
              backorder_date: { type: 'string', anyOf: [{ format: 'date' }, { format: 'date-time' }] },
            },
          },
        },
      },
    },
  },
});

class Refusal extends Error {
  constructor(status, message, headers = {}) {
    super(message);
    Object.assign(this, { status, headers });
  }
}

const app = express();
app.disable('x-powered-by');
app.use(express.json());

app.use((req, res, next) => {
  const [scheme, token] = (req.get('Authorization') || '').split(' ');
  if (/^token$/i.test(scheme) && token === TOKEN) return next();
  throw new Refusal(401, 'Notice: no valid token on line 1 of your request', { 'WWW-Authenticate': 'Token' });
});

app.param('uuid', (req, res, next, uuid) => {
  req.order = orders[uuid.toLowerCase()];
  if (!req.order) throw new Refusal(404, `There is no order ${uuid.slice(0, 40)}`);
  next();
});

app.get('/timp/orders/:uuid/', (req, res) => res.json(detail(req.params.uuid.toLowerCase())));

app.route('/timp/orders/allocation/:uuid/')
  .put((req, res) => {
    if (!req.is('application/json')) throw new Refusal(415, 'Send application/json');
    if (!validate(req.body)) {
      const { instancePath, message, keyword } = validate.errors[0];
      throw new Refusal(keyword === 'pattern' ? 422 : 400, `${instancePath} ${message}`);
    }
    for (const { line_item_uuid, allocation } of req.body.line_items) {
      const line = Object.hasOwn(req.order, line_item_uuid) && req.order[line_item_uuid];
      if (!line) throw new Refusal(404, 'The order has no such line item');
      const { quantity_accepted, quantity_rejected, quantity_backordered } = allocation;
      if (+quantity_accepted + +quantity_rejected + +quantity_backordered > line.ordered) {
        throw new Refusal(422, `Only ${line.ordered} units were ordered`);
      }
    }
    for (const item of req.body.line_items) put(req.order[item.line_item_uuid], item.allocation);
    const lines = Object.entries(req.order).map(([uuid, line]) => ({ line_item_uuid: uuid, status: line.status }));
    res.json({ line_items: lines });
  })
  .all((req) => { throw new Refusal(405, `${req.method} is not possible here`, { Allow: ['OPTIONS', 'PUT'] }); });

app.use(() => { throw new Refusal(404, 'Nothing here'); });

app.use((error, req, res, next) => { // eslint-disable-line no-unused-vars
  const help = 'https://docs.example.com/home/orders/allocation.html';
  res.status(error.status || 500).set(error.headers || {}).json({ message: error.expose === false ? 'Error' : error.message, help });
});

app.listen(+process.argv[2], '127.0.0.1');
