"""What supervisors and auditors watch: late clocks, volume, shifts, training, the audit.

Works through the desk and uses the reports. Start with `escalation.py`.
"""
