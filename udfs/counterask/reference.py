"""The page of the functions, made from the catalogue's own help, so that docs and function wizards say the same."""

from __future__ import annotations

from .functions import CatalogueFunction, catalogue


def functions_page() -> str:
    """`docs/functions.md` as Markdown."""
    parts = [
        "# The functions\n",
        "Made from the catalogue by `python -m counterask_addin.build`; do not edit. Ranges in, a table out: one call a table. "
        "The names `Lines`, `Terms`, `Trades`, `Limits`, `Assumptions` and `Policy` cover a table's header row and data rows. "
        "What is wrong with the input comes back as text that begins with `CHECK:` and names the place in the range.\n",
        *(_section(entry) for entry in catalogue()),
    ]
    return "\n".join(parts)


def _section(entry: CatalogueFunction) -> str:
    names = ", ".join(f"[{one.name}]" if one.optional else one.name for one in entry.arguments)
    rows = [f"| `{one.name}` | {'range' if one.is_range else 'value'} | {one.description} |" for one in entry.arguments]
    returns = "a table" if entry.returns_table else "one value"
    return "\n".join(
        [
            f"## {entry.name}\n",
            f"`={entry.name}({names})` returns {returns}.\n",
            f"{entry.description}\n",
            "| argument | kind | what it is |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )
