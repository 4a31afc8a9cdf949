"""The summary of a migration, for a person and as JSON."""

from typing import Any

from artex_assets.cli.run import RunResult
from artex_assets.cli.terminal import console
from artex_assets.report.standing import Standing

SHOWN = 20


def exit_status(standing: Standing, failed_checks: list[str]) -> int:
    """0 clean; 2 when something needs attention."""
    return 0 if standing.clean and not failed_checks else 2


def as_json(result: RunResult, standing: Standing, seconds: float) -> dict[str, Any]:
    """The summary as JSON's types."""
    return {
        "run_id": result.run_id,
        "success": result.success,
        "seconds": round(seconds, 2),
        "written": {
            name: {key.replace(" ", "_"): count for key, count in counts.items()}
            for name, counts in result.loads.items()
        },
        "failures": result.failures,
        "failed_checks": result.failed_checks,
        **standing.as_json(),
        "exit_status": exit_status(standing, result.failed_checks) if result.success else 1,
    }


def show(standing: Standing, loads: dict[str, dict[str, int]] | None = None) -> None:
    """Prints where each table stands, and what needs attention."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("table")
    names = ["legacy", "loaded", "merged", "quarantined"]
    written = ["inserted", "updated", "unchanged"] if loads is not None else ["edited"]
    for name in (*names, *written):
        table.add_column(name, justify="right")
    for row in standing.tables:
        if row.legacy is None:
            table.add_row(row.table, "not loaded yet")
            continue
        counts = [row.legacy, row.loaded, row.merged, row.quarantined]
        if loads is None:
            counts.append(sum(row.edits.values()))
        else:
            load = loads.get(row.table, {})
            counts += [load.get(name, 0) for name in written]
        table.add_row(row.table, *(f"{count:,}" for count in counts))
    out = console()
    out.print(table)
    if standing.attention:
        out.print("\nNeeds attention:", style="bold")
    for line in standing.attention[:SHOWN]:
        out.print(f"  {line.table} {line.key}  {line.reason}", markup=False, soft_wrap=True)
    if len(standing.attention) > SHOWN:
        out.print(f"  … and {len(standing.attention) - SHOWN:,} more: artex status --json")


def show_failures(title: str, lines: list[str]) -> None:
    """Prints failed steps or checks."""
    if lines:
        console().print(f"\n{title}", style="bold red")
    for line in lines:
        console().print(f"  {line}", markup=False, soft_wrap=True)
