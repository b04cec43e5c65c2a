"""Voice and SMS lines: AMI, serial modems, simulators."""
