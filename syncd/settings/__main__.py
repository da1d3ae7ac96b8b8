"""`python -m syncd.settings [FOLDER]`: print the schemas and the defaults into `config`."""

from __future__ import annotations

import sys
from pathlib import Path

from syncd.settings.printing import printed_files


def main(folder: Path) -> None:
    """Write each printed file that is not current."""
    for name, text in printed_files().items():
        file = folder / name
        if not file.is_file() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
            sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "config"))
