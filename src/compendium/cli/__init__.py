"""The command line: `main` has the commands, `builds` what make calls."""
