"""A client of the Dagster UI's own GraphQL: what its buttons send."""

import json
import time
import urllib.request
from collections.abc import Sequence
from typing import Any

LAUNCH = """
mutation Launch($executionParams: ExecutionParams!) {
  launchPipelineExecution(executionParams: $executionParams) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}
"""


class Client:
    """Speaks to the UI at `url`, past any proxy."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(self, query: str, **variables: Any) -> Any:
        """The data that a query gives."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/graphql", body, headers)  # noqa: S310
        with self._direct.open(request, timeout=30) as answer:
            said = json.load(answer)
        assert "errors" not in said, said
        return said["data"]

    def launch(
        self, assets: Sequence[Sequence[str]], checks: Sequence[dict[str, Any]] | None = None
    ) -> str:
        """Materializes `assets` as the UI's button does, and returns the run's id at its end.

        checks: the asset checks to execute; None for those of the assets.
        """
        selector: dict[str, Any] = {
            "repositoryLocationName": "artex_assets",
            "repositoryName": "__repository__",
            "pipelineName": "__ASSET_JOB",
            "assetSelection": [{"path": path} for path in assets],
        }
        if checks is not None:
            selector["assetCheckSelection"] = checks
        launched = self.ask(
            LAUNCH,
            executionParams={
                "mode": "default",
                "executionMetadata": {"tags": []},
                "runConfigData": "{}",
                "selector": selector,
            },
        )["launchPipelineExecution"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        run_id: str = launched["run"]["runId"]
        deadline = time.monotonic() + 120
        query = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
        while (status := self.ask(query, id=run_id)["runOrError"]["status"]) not in (
            "SUCCESS",
            "FAILURE",
            "CANCELED",
        ):
            assert time.monotonic() < deadline, f"the run is still {status}"
            time.sleep(0.2)
        assert status == "SUCCESS", run_id
        return run_id
