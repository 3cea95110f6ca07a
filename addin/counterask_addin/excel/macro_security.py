"""Settings of Windows under which Excel does not run macros, or macros may not start Python, read from the registry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterask_addin.excel.machine import OFFICE_VERSIONS, Machine

COMPANY, OWN = "your company's policy", "Excel's Trust Center"
_LITE = "quote_lite.xlsx, which needs no macros"
_TRUSTED = f"Ask for a trusted location for the quotes, or use {_LITE}."
_SIGNED = f"Ask IT to allow counterask.xlam. Without the add-in, open quote.xlsm itself from a trusted location, or use {_LITE}."


@dataclass(frozen=True)
class Blocked:
    """One setting that stops macros: what it does, in a sentence, and what to do about it."""

    sentence: str
    remedy: str


@dataclass(frozen=True)
class _Setting:
    """A value in the registry under `Office\\VERSION`, its content that blocks, and what that means. {who} : who set it.

    by_policy : whether it counts only as a company's policy.
    """

    key: str
    name: str
    content: int
    sentence: str
    remedy: str
    by_policy: bool = False


_SETTINGS = (
    _Setting(r"Excel\Security", "VBAWarnings", 4, "Macros are switched off by {who}.", _TRUSTED),
    _Setting(
        r"Excel\Security",
        "VBAWarnings",
        3,
        "Only macros with a digital signature run, by {who}; those of counterask have none.",
        _TRUSTED,
    ),
    _Setting(
        r"Excel\Security",
        "blockcontentexecutionfrominternet",
        1,
        "Macros in files from the internet are blocked by {who}.",
        f"Save quotes from a mail in a trusted location, or use {_LITE}.",
        by_policy=True,
    ),
    _Setting(
        r"Excel\Security",
        "RequireAddinSig",
        1,
        "Add-ins without a digital signature are not loaded, by {who}; counterask.xlam has none.",
        _SIGNED,
    ),
    _Setting(
        r"Common\Security",
        "RequireAlwaysOnMacroSig",
        1,
        "Add-ins without a trusted digital signature are not loaded, by {who}; counterask.xlam has none.",
        _SIGNED,
    ),
    _Setting(r"Excel\Security", "DisableAllAddins", 1, "All add-ins are switched off by {who}.", _SIGNED),
    _Setting(
        r"Excel\Security\Trusted Locations",
        "AllLocationsDisabled",
        1,
        "Trusted locations are switched off by {who}: Excel does not trust the folder of the add-in, nor any folder for quotes.",
        f"Press Enable Content when quote.xlsm opens, if Excel offers it; or ask IT to allow trusted locations; or use {_LITE}.",
    ),
    _Setting("Common", "VBAOff", 1, "Macros are switched off in all of Office by {who}.", f"Use {_LITE}."),
)

_DEFENDER = r"Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
_RULE_KEYS = (
    rf"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\{_DEFENDER}",
    rf"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\{_DEFENDER}",
)
_MANAGED_RULES = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
_RULES = {
    "d4f940ab-401b-4efc-aadc-ad5f3c50688a": (
        "Block all Office applications from creating child processes",
        "Excel cannot start Python",
    ),
    "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b": (
        "Block Win32 API calls from Office macros",
        "the macros cannot load the DLL that reaches Python",
    ),
}
_BLOCKS, _WARNS = "1", "6"


def blocked_macros(machine: Machine) -> Iterator[Blocked]:
    """Every setting of this Windows machine that stops the macros of counterask or the Python that they start."""
    for setting in _SETTINGS:
        who = _who_set(machine, setting)
        if who:
            yield Blocked(setting.sentence.format(who=who), setting.remedy)
    for rule, (name, effect) in _RULES.items():
        state = _rule_state(machine, rule)
        if state in (_BLOCKS, _WARNS):
            unless = "" if state == _BLOCKS else " unless you allow it each time"
            yield Blocked(
                f'Microsoft Defender has the attack surface rule "{name}" switched on: {effect}{unless}.',
                f"Ask IT for an exception for Excel and this Python, or use {_LITE}.",
            )


def _who_set(machine: Machine, setting: _Setting) -> str:
    """Who set it to the content that blocks; "" where nobody did. A policy comes before a person's own choice."""
    for version in OFFICE_VERSIONS:
        places = [
            (rf"HKEY_CURRENT_USER\Software\Policies\Microsoft\Office\{version}", COMPANY),
            (rf"HKEY_CURRENT_USER\Software\Policies\Microsoft\Cloud\Office\{version}", COMPANY),
            (rf"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Office\{version}", COMPANY),
        ]
        if not setting.by_policy:
            places.append((rf"HKEY_CURRENT_USER\Software\Microsoft\Office\{version}", OWN))
        for key, who in places:
            found = machine.registry(rf"{key}\{setting.key}", setting.name)
            if found is not None:
                if str(found) == str(setting.content):
                    return who
                break
    return ""


def _rule_state(machine: Machine, rule: str) -> str:
    """The state of a rule of Microsoft Defender, as a digit; "" where it is not set."""
    for key in _RULE_KEYS:
        for name in (rule, rule.upper()):
            found = machine.registry(key, name)
            if found is not None:
                return str(found)
    managed = str(machine.registry(_MANAGED_RULES, "ASRRules") or "")
    states = dict(pair.partition("=")[::2] for pair in managed.lower().split("|"))
    return states.get(rule, "").strip()
