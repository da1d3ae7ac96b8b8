"""What the dashboards show, drawn from real data: the demonstration runs, Prometheus scrapes it, every panel is asked.

    python -m benchmarks.dashboards --minutes 4 --into docs/pictures

Grafana is not needed: the layout is that of the dashboards, the drawing is ours and simpler. A panel that has nothing
to show says so, and is named on the terminal. Needs `prometheus` and `chromium` on the machine.
"""

from __future__ import annotations

import argparse
import html
import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import urllib3

ROOT = Path(__file__).parents[1]
BOARDS = sorted((ROOT / "deploy/grafana/dashboards").glob("*.json"))
_HTTP = urllib3.PoolManager()
_CELL, _ROW, _GAP = 48, 30, 6
_COLOURS = ("#4a7fc1", "#3f9b5f", "#e0942f", "#a05fb5", "#d44a3a", "#3aa6a6", "#8c7a4f", "#7a86a0")
_STYLE = """
body{margin:0;background:#f3f4f6;font:12px/1.35 sans-serif;color:#22272e}
main{position:relative;width:1160px}
section{position:absolute;background:#fff;border:1px solid #dfe2e7;border-radius:4px;overflow:hidden;padding:6px 8px}
section{box-sizing:border-box}
h3{font-size:12px;margin:0 0 4px}
h2{position:absolute;font-size:13px;margin:0;color:#555c66}
.stat{color:#fff;text-align:center}
.stat b{font-size:26px;display:block;margin-top:12px}
.none{color:#8a929d}
.bar{display:grid;grid-template-columns:44% 1fr 58px;gap:5px;align-items:center;height:17px}
.bar i{display:block;height:10px;background:#4a7fc1;border-radius:2px}
.bar span{overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
.bar b,td{text-align:right;font-weight:400}
.legend{display:flex;flex-wrap:wrap;gap:2px 9px;font-size:10px;max-height:28px;overflow:hidden}
th{text-align:left;font-weight:600}
table{border-collapse:collapse;width:100%}
td,th{padding:1px 6px 1px 0}
svg{display:block}
"""


def main() -> None:
    """Run it all and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--into", type=Path, default=Path("docs/pictures"))
    chosen = parser.parse_args()
    chosen.into.mkdir(parents=True, exist_ok=True)
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        syncd, prometheus = _free_port(), _free_port()
        running.enter_context(_process(folder, "demo", _demo(syncd)))
        running.enter_context(_process(folder, "prometheus", _prometheus(folder, syncd, prometheus)))
        _wait_for(f"http://127.0.0.1:{syncd}/metrics")
        time.sleep(chosen.minutes * 60)
        for file in BOARDS:
            _draw(json.loads(file.read_text()), f"http://127.0.0.1:{prometheus}", chosen)


def _wait_for(url: str) -> None:
    """Wait until the demonstration has made its base and serves."""
    for _ in range(600):
        try:
            if _HTTP.request("GET", url, retries=False).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(1)
    sys.exit("The demonstration does not serve.")


def _draw(board: Mapping[str, Any], url: str, chosen: argparse.Namespace) -> None:
    # Of the last scrape that was answered: this machine may be busy with other things.
    answered = {"query": "max(max_over_time(timestamp(up == 1)[10m:5s]))"}
    end = float(_get(f"{url}/api/v1/query", answered)[0]["value"][1])
    begin = end - chosen.minutes * 60
    panels = [panel for panel in board["panels"] if panel["type"] != "row"]
    answers = {panel["id"]: _ask(url, panel, begin, end) for panel in panels}
    empty = [panel["title"] for panel in panels if not any(answers[panel["id"]])]
    print(f"{board['title']}: {len(panels) - len(empty)} of {len(panels)} panels have data; empty: {', '.join(empty)}")
    height = max(one["gridPos"]["y"] + one["gridPos"]["h"] for one in board["panels"]) * _ROW + _GAP
    drawn = "".join(_panel(panel, answers.get(panel["id"], [])) for panel in board["panels"])
    page = f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style><main style='height:{height}px'>{drawn}</main>"
    _photograph(page, chosen.into / f"{board['uid']}.png", height)


def _ask(
    url: str, panel: Mapping[str, Any], begin: float, end: float
) -> list[list[tuple[str, list[tuple[float, float]]]]]:
    """Return the series of each query: legend, and points."""
    found = []
    for target in panel["targets"]:
        query = target["expr"].replace("$account", ".*").replace("$object", ".*")
        # The demonstration lasts minutes: what is looked at over an hour is looked at over one.
        query = query.replace("[1h]", "[1m]").replace("[1d]", "[1m]").replace("[5m]", "[1m]")
        if target.get("instant"):
            rows = _get(f"{url}/api/v1/query", {"query": query, "time": end})
            series = [(one["metric"], [one["value"]]) for one in rows]
        else:
            wish = {"query": query, "start": begin, "end": end, "step": max(2.0, (end - begin) / 120)}
            series = [(one["metric"], one["values"]) for one in _get(f"{url}/api/v1/query_range", wish)]
        told = []
        for labels, values in series:
            points = [(float(at), float(value)) for at, value in values if value not in {"NaN", "+Inf", "-Inf"}]
            if points:
                told.append((_legend(target["legendFormat"], labels, panel["type"]), points))
        found.append(told)
    return found


def _get(url: str, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    answer = _HTTP.request("GET", url, fields=dict(fields))
    if answer.status != 200:
        sys.exit(f"{fields['query']}: {answer.data.decode()}")
    rows: list[dict[str, Any]] = json.loads(answer.data)["data"]["result"]
    return rows


def _legend(form: str, labels: Mapping[str, str], kind: str) -> str:
    if kind == "table":
        return " ".join(value for _, value in sorted(labels.items()))
    for name, value in labels.items():
        form = form.replace(f"{{{{{name}}}}}", value)
    return form


def _panel(panel: Mapping[str, Any], answers: Sequence[Any]) -> str:
    place = panel["gridPos"]
    left, top = place["x"] * _CELL + _GAP, place["y"] * _ROW + _GAP
    if panel["type"] == "row":
        return f"<h2 style='left:{left}px;top:{top + 6}px'>{html.escape(panel['title'])}</h2>"
    width, height = place["w"] * _CELL - _GAP, place["h"] * _ROW - _GAP
    series = [one for found in answers for one in found]
    unit = panel["fieldConfig"]["defaults"]["unit"]
    box = f"left:{left}px;top:{top}px;width:{width}px;height:{height}px"
    title = f"<h3>{html.escape(panel['title'])}</h3>"
    if not series:
        return f"<section style='{box}'>{title}<span class=none>nothing to show</span></section>"
    if panel["type"] == "stat":
        told = " ".join(_spelled(points[-1][1], unit) for _, points in series[:3])
        colour = _colour(series[0][1][-1][1], panel["fieldConfig"]["defaults"]["thresholds"]["steps"])
        return f"<section class=stat style='{box};background:{colour}'>{title}<b>{told}</b></section>"
    drawn = {"timeseries": _lines, "bargauge": _bars, "table": _table}[panel["type"]]
    inner = drawn(answers if panel["type"] == "table" else series, unit, width - 18, height - 62)
    return f"<section style='{box}'>{title}{inner}</section>"


def _lines(series: Sequence[Any], unit: str, width: int, height: int) -> str:
    series = sorted(series, key=lambda one: -one[1][-1][1])[:12]
    points = [point for _, one in series for point in one]
    first, last = min(at for at, _ in points), max(at for at, _ in points)
    most, least = max(value for _, value in points), min(0.0, *(value for _, value in points))
    most = most if most > least else least + 1.0
    x_scale, y_scale = (width - 50) / max(1.0, last - first), (height - 8) / max(1e-9, most - least)
    drawn, names = [], []
    for number, (legend, one) in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(f"{46 + (at - first) * x_scale:.1f},{4 + (most - value) * y_scale:.1f}" for at, value in one)
        drawn.append(f"<polyline points='{path}' fill=none stroke='{colour}' stroke-width=1.6 />")
        names.append(f"<span style='color:{colour}'>{html.escape(legend)}</span>")
    axis = "".join(
        f"<text x=42 y={y} font-size=10 fill='#8a929d' text-anchor=end>{_spelled(value, unit)}</text>"
        for value, y in ((most, 11), (least, height - 1))
    )
    return f"<svg width={width} height={height}>{axis}{''.join(drawn)}</svg><div class=legend>{''.join(names)}</div>"


def _bars(series: Sequence[Any], unit: str, _width: int, _height: int) -> str:
    most = max(points[-1][1] for _, points in series) or 1.0
    return "".join(
        f"<div class=bar><span>{html.escape(legend)}</span><i style='width:{100 * points[-1][1] / most:.1f}%'></i>"
        f"<b>{_spelled(points[-1][1], unit)}</b></div>"
        for legend, points in series[:12]
    )


def _table(answers: Sequence[Any], unit: str, _width: int, _height: int) -> str:
    rows: dict[str, list[str]] = {}
    for place, found in enumerate(answers):
        for legend, points in found:
            rows.setdefault(legend, ["–"] * len(answers))[place] = _spelled(points[-1][1], unit)
    cells = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{'</td><td>'.join(row)}</td></tr>" for name, row in rows.items()
    )
    return f"<table>{cells}</table>"


def _spelled(value: float, unit: str) -> str:
    if unit == "percentunit":
        return f"{value:.1%}"
    if unit == "bytes":
        return f"{value / 2**20:.0f} MiB"
    if unit == "s" and value >= 7200:
        return f"{value / 3600:.1f} h" if value < 172_800 else f"{value / 86_400:.0f} d"
    ending = {"s": " s", "h": " h", "reqps": "/s"}.get(unit, "")
    return f"{value:,.0f}{ending}" if value == int(value) or abs(value) >= 100 else f"{value:.2f}{ending}"


def _colour(value: float, steps: Sequence[Mapping[str, Any]]) -> str:
    reached = [step["color"] for step in steps if step["value"] is None or value >= step["value"]]
    return str(reached[-1])


def _photograph(page: str, file: Path, height: int) -> None:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        # Four fifths of the size: pictures in a repository should be small.
        sheet = browser.new_page(viewport={"width": 1160, "height": height}, device_scale_factor=0.8)
        sheet.set_content(page)
        sheet.screenshot(path=str(file))
        browser.close()
    print(f"{file}: {file.stat().st_size // 1024} KiB")


def _demo(port: int) -> list[str]:
    sizes = ["--people", "600", "--companies", "200"]
    return [sys.executable, "-m", "syncd", "demo", "--live", "--web-port", str(port), *sizes]


def _prometheus(folder: Path, syncd: int, port: int) -> list[str]:
    rules = [str(ROOT / "deploy" / name) for name in ("recording.yml", "alerts.yml")]
    wanted = {
        "global": {"scrape_interval": "5s", "evaluation_interval": "5s"},
        "rule_files": rules,
        "scrape_configs": [{"job_name": "syncd", "static_configs": [{"targets": [f"127.0.0.1:{syncd}"]}]}],
    }
    (folder / "prometheus.yml").write_text(json.dumps(wanted))
    places = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    return ["prometheus", *places, f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]


@contextmanager
def _process(folder: Path, name: str, command: Sequence[str]) -> Iterator[None]:
    with (folder / f"{name}.log").open("w") as log:
        started = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        yield
    finally:
        started.send_signal(signal.SIGINT)
        try:
            started.wait(30)
        except subprocess.TimeoutExpired:
            started.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


if __name__ == "__main__":
    main()
