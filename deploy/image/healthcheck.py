"""Ask the daemon in this container whether it is well; the exit code is the answer.

`SYNCD_HEALTH_URL` says where it listens, when that is not the default.
"""

from __future__ import annotations

import os
import sys
from http import HTTPStatus
from urllib.error import URLError
from urllib.request import urlopen

url = os.environ.get("SYNCD_HEALTH_URL", "http://127.0.0.1:9187/healthz")
if not url.startswith(("http://", "https://")):
    sys.exit(f"SYNCD_HEALTH_URL is not an http address: {url}")
try:
    with urlopen(url, timeout=4) as answer:  # noqa: S310 - the scheme was checked
        sys.exit(0 if answer.status == HTTPStatus.OK else f"{url} answered {answer.status}")
except (URLError, OSError) as error:
    sys.exit(f"{url}: {error}")
