"""Keys, the trust store, seals of limits and approvals of trades, as files and workbooks hold them.

`status_of` says what can be said of a quote's seal, `signed_cells_of` what its approvals are read from.
"""

from .reading import signed_cells_of, status_of
from .trust_store import remember, set_up_trust

__all__ = ["remember", "set_up_trust", "signed_cells_of", "status_of"]
