"""What pytest-benchmark saves: the machine as the other results name it, no more."""

from typing import Any

import results


def pytest_benchmark_update_json(
    config: Any, benchmarks: Any, output_json: dict[str, Any]
) -> None:
    """Reduce the saved file to what report.py reads."""
    del config, benchmarks
    rows = [
        {
            "group": bench["group"],
            "name": bench["extra_info"]["name"],
            "rounds": bench["stats"]["rounds"],
            "median": bench["stats"]["median"],
            "lowest": bench["stats"]["min"],
            "highest": bench["stats"]["max"],
        }
        for bench in output_json["benchmarks"]
    ]
    output_json.clear()
    output_json.update({"machine": results.machine(), "rows": rows})
