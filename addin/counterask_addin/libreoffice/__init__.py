"""LibreOffice as a live host: a real Calc whose formulas call the functions of this interpreter."""

from .host import CalcHost, convert
from .live_functions import LiveFunction, from_callable, from_catalogue
from .program import HostError, Version

__all__ = ["CalcHost", "HostError", "LiveFunction", "Version", "convert", "from_callable", "from_catalogue"]
