"""`python -m smtp_desktop`: the program, as the command `smtp-desktop` starts it."""

from smtp_desktop.bootstrap import program

program()
