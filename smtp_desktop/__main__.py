"""python -m smtp_desktop"""

import sys

from smtp_desktop.bootstrap import main

if __name__ == "__main__":
    sys.exit(main())
