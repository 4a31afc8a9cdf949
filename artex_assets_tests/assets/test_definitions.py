"""What Dagster loads."""

import subprocess
import sys

import dagster as dg

from artex_assets.assets.legacy import shape, unmapped_finding
from artex_assets.definitions import defs
from artex_assets.settings import PROJECT
from artex_assets.tables.discovery import discover, legacy_tables
from artex_assets_tests.frames import legacy_frame


def test_importing_them_gives_no_warning() -> None:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import artex_assets.definitions"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_every_legacy_and_target_table_is_an_asset_and_can_be_materialized() -> None:
    graph = defs.resolve_asset_graph()
    keys = graph.get_all_asset_keys()
    assert {dg.AssetKey(["legacy", name]) for name in legacy_tables()} <= keys
    assert {dg.AssetKey(name) for name in discover()} <= keys
    assert keys == graph.materializable_asset_keys


def test_the_graph_has_the_order_of_the_migration() -> None:
    graph = defs.resolve_asset_graph()
    for name, table in discover().items():
        parents = graph.get(dg.AssetKey(name)).parent_keys
        assert {dg.AssetKey(parent) for parent in table.parents} <= parents
        assert {dg.AssetKey(["legacy", source]) for source in table.reads} <= parents
        assert dg.AssetKey("target_schema") in parents


def test_every_asset_says_what_it_is_and_bears_its_kinds() -> None:
    graph = defs.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.kinds, key


def test_every_check_says_what_it_means() -> None:
    graph = defs.resolve_asset_graph()
    specs = [graph.get_check_spec(key) for key in graph.asset_check_keys]
    assert specs
    assert all(spec.description for spec in specs)


def test_unmapped_columns_are_named_with_their_counts_only() -> None:
    finding = unmapped_finding("users", {"nickname": 3, "empty": 0})
    assert (finding.passed, finding.count) == (False, 1)
    assert finding.offenders.rows() == [("users.nickname", "3 values are not carried")]
    assert unmapped_finding("users", {"empty": 0}).passed


def test_a_frame_s_shape_has_no_values() -> None:
    frame = legacy_frame(legacy_tables()["users"], [{"id": 1, "email": "fan@example.org"}])
    text = str(shape(frame).rows())
    assert "fan@example.org" not in text
    assert ("email", "String", 1) in shape(frame).rows()
