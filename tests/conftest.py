"""Set-up that every test shares."""

import os
import sys
from pathlib import Path

# Before Qt is loaded: tests need no display.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

sys.path.insert(0, str(Path(__file__).parent))
