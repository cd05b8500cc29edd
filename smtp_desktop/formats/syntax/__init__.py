"""The syntax of files: texts become trees of values, whatever program they are for."""
