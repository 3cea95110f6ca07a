"""The price book: what a line that names a product takes from it."""

COLUMNS = (
    "product",
    "kind",
    "list_price",
    "unit_cost",
    "support_cost",
    "ramp_months",
    "demand_cv",
    "delivery_months",
    "currency",
    "valid_until",
    "source",
)
