"""The catalogue as Excel for Windows loads it: its functions, and the keys that this machine trusts, read once at the start.

A function reads no file; the host tells the engine whose seals count. A key that is trusted later counts from Excel's next start.
"""

from __future__ import annotations

from counterask import excel_functions
from counterask.functions import catalogue

from ..seals.trust_store import set_up_trust

globals().update({entry.name: getattr(excel_functions, entry.name) for entry in catalogue()})
set_up_trust()
