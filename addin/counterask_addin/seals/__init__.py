"""Keys, the trust store, seals of limits and approvals of trades, as files and workbooks hold them.

`status_of` and `approvals_of` say what can be said of a quote's seal and of its approvals; whoever checks quotes asks them.
"""

from .reading import approvals_of, status_of
from .trust_store import remember, set_up_trust

__all__ = ["approvals_of", "remember", "set_up_trust", "status_of"]
