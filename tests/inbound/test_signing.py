"""What a form signs can be signed by anything that knows HMAC."""

from __future__ import annotations

import subprocess

from syncd.inbound import signature

SECRET = "a-secret-of-the-web-site-0123456789"


def test_signature_is_what_openssl_makes_of_the_five_lines():
    body = b'{"email": "ada.king@example-works.com"}'
    lines = b"POST\n/inbound/site\n1772355600\nk1\n" + body
    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", SECRET], input=lines, capture_output=True, check=True
    ).stdout.decode()

    assert signature(SECRET, "POST", "/inbound/site", "1772355600", "k1", body) == f"v1={made.split()[-1]}"
