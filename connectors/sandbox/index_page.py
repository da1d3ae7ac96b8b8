"""The page a person sees who opens the sandbox in a browser."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import orjson

from connectors.sandbox.exchange import HTML, Answer
from connectors.sandbox.tokens import (
    DEFAULT_TOKEN,
    OAUTH_CLIENT_ID,
    OAUTH_CLIENT_SECRET,
    OAUTH_CODE,
    OAUTH_REFRESH_TOKEN,
)


def index_page(status: dict[str, Any], addresses: Iterable[str]) -> Answer:
    """Say what this is, how to get in, and where the controls are."""
    listed = "".join(f"<li><code>{escape(address)}</code></li>" for address in addresses)
    shown = escape(orjson.dumps(status, option=orjson.OPT_INDENT_2).decode())
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>syncd sandbox</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
pre{{background:#f4f4f4;padding:1rem;overflow:auto}}</style></head><body>
<h1>syncd sandbox</h1>
<p>A simulated HubSpot account. Point any HubSpot client at this address.</p>
<dl><dt>Private app token</dt><dd><code>{DEFAULT_TOKEN}</code></dd>
<dt>OAuth client</dt><dd><code>{OAUTH_CLIENT_ID}</code> / <code>{OAUTH_CLIENT_SECRET}</code>,
code <code>{OAUTH_CODE}</code>, refresh token <code>{OAUTH_REFRESH_TOKEN}</code></dd></dl>
<h2>Controls</h2><ul>{listed}<li><code>DELETE /_sandbox/faults/&lt;id&gt;</code></li></ul>
<h2>Now</h2><pre>{shown}</pre></body></html>"""
    return Answer(200, page.encode(), HTML)
