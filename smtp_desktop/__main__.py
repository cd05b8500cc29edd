"""python -m smtp_desktop"""

from smtp_desktop.bootstrap import program

program()
