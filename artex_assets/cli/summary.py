"""The summary of a migration, for a person and as JSON."""

from typing import TYPE_CHECKING, Any

from artex_assets.cli.run import RunResult
from artex_assets.cli.terminal import console
from artex_assets.report.standing import Standing

if TYPE_CHECKING:
    from rich.table import Table

SHOWN = 20


def exit_status(standing: Standing, failed_checks: list[str]) -> int:
    """0 clean; 2 when something needs attention."""
    return 0 if standing.clean and not failed_checks else 2


def as_json(result: RunResult, standing: Standing) -> dict[str, Any]:
    """The summary as JSON's types."""
    return {
        "run_id": result.run_id,
        "success": result.success,
        "seconds": round(result.seconds, 2),
        "written": {
            name: {key.replace(" ", "_"): count for key, count in counts.items()}
            for name, counts in result.loads.items()
        },
        "failures": result.failures,
        "failed_checks": result.failed_checks,
        **standing.as_json(),
        "exit_status": exit_status(standing, result.failed_checks) if result.success else 1,
    }


def show_run(result: RunResult, standing: Standing) -> None:
    """Prints what a run came to."""
    show(standing, result.loads)
    show_failures("Failed:", result.failures)
    show_failures("Failed checks:", result.failed_checks)
    what = "The run took" if result.success else "The run failed after"
    console().print(f"\n{what} {result.seconds:.1f} s (run {result.run_id[:8]}).")


def show(standing: Standing, loads: dict[str, dict[str, int]] | None = None) -> None:
    """Prints where each table and image set stands, and what needs attention."""
    out = console()
    if standing.tables:
        out.print(_tables(standing, loads))
    if standing.image_sets:
        if standing.tables:
            out.print()
        out.print(_image_sets(standing))
    if standing.attention:
        out.print("\nNeeds attention:", style="bold")
    for line in standing.attention[:SHOWN]:
        out.print(f"  {line.table} {line.key}  {line.reason}", markup=False, soft_wrap=True)
    if len(standing.attention) > SHOWN:
        out.print(f"  … and {len(standing.attention) - SHOWN:,} more: artex status --json")


def _tables(standing: Standing, loads: dict[str, dict[str, int]] | None) -> "Table":
    names = ["legacy", "loaded", "merged", "quarantined"]
    written = ["inserted", "updated", "unchanged"] if loads is not None else ["edited"]
    table = _grid("table", [*names, *written])
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
    return table


def _image_sets(standing: Standing) -> "Table":
    names = ["legacy", "migrated", "merged", "quarantined", "failed", "pending"]
    table = _grid("images", [*names, "MB"])
    for row in standing.image_sets:
        if not row.started:
            table.add_row(row.image_set, "not migrated yet")
            continue
        counts = [getattr(row, name) for name in names]
        table.add_row(row.image_set, *(f"{count:,}" for count in counts), f"{row.bytes / 1e6:,.1f}")
    return table


def _grid(first: str, others: list[str]) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def show_failures(title: str, lines: list[str]) -> None:
    """Prints failed steps or checks."""
    if lines:
        console().print(f"\n{title}", style="bold red")
    for line in lines:
        console().print(f"  {line}", markup=False, soft_wrap=True)
