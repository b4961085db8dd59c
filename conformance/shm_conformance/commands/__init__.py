"""The commands, a module each, whose `command` the command line calls."""
