"""The city's time. Instants are stored in UTC; only days, years and working hours need a zone."""

from datetime import timedelta, timezone

CITY = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Asia/Ho_Chi_Minh: UTC+7 without summer time since 1975, so no zone database is needed."""
