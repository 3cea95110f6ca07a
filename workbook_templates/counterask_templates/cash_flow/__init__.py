"""The cash flow month by month in native formulas, and its reconciliation with what the functions say."""
