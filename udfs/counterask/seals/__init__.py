"""Who vouches for this: signatures, sealed limits, approvals."""
