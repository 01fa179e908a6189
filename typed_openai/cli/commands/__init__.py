"""The commands that are more than one operation: a file here is a command.

Its name is that of the file, its function the one of the same name (`command` where that is a word of Python), its
short help the first line of its docstring, which is read without importing it. There is no list to keep.
"""
