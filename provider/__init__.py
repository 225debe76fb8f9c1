"""The reference provider: the documented call on a real HTTP server and SQLite.

It shares no code with the suite that checks it, so that an error in one cannot hide in the other.
"""

import os
from pathlib import Path

# Endpoints that are not part of this project have their part of the provider in the folders that this variable names.
__path__.extend(
    str(Path(name).resolve() / "provider") for name in os.environ.get("TIMP_ENDPOINTS", "").split(os.pathsep) if name
)
