"""Is this trade balanced, and who may agree: limits, the ledger, fair shares."""
