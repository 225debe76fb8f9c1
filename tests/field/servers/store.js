// The orders of a server in the field: read from a file, kept in memory.
const orders = {};
for (const order of require(process.env.FIELD_ORDERS)) {
  orders[order.uuid] = {};
  for (const line of order.line_items) {
    orders[order.uuid][line.uuid] = { ordered: line.quantity_ordered, status: 'Unallocated', allocation: null };
  }
}

const detail = (uuid) => ({
  order_uuid: uuid,
  line_items: Object.entries(orders[uuid]).map(([line_item_uuid, { status, allocation }]) =>
    ({ line_item_uuid, status, allocation })),
});

function put(line, { quantity_accepted, quantity_rejected, quantity_backordered, backorder_date = null }) {
  line.status = +quantity_accepted ? 'Allocated' : +quantity_backordered ? 'Backordered' : 'Rejected';
  line.allocation = {
    quantity_ordered: line.ordered, quantity_allocated: +quantity_accepted, quantity_rejected: +quantity_rejected,
    quantity_backordered: +quantity_backordered, backorder_date,
  };
}

module.exports = { orders, detail, put, TOKEN: process.env.FIELD_TOKEN };
