"""The read side whole: `ports.Queries` over one snapshot of the local store."""

from console.store.audit_queries import AuditQueries
from console.store.call_queries import CallQueries
from console.store.desk_event_queries import DeskEventQueries
from console.store.desk_queries import DeskQueries
from console.store.duplicate_queries import DuplicateQueries
from console.store.notice_queries import NoticeQueries
from console.store.people import PeopleReading
from console.store.people_queries import PeopleQueries
from console.store.privacy_queries import PrivacyQueries
from console.store.public_queries import PublicQueries
from console.store.quality_queries import QualityQueries
from console.store.report_forecast_queries import ForecastQueries
from console.store.report_people_queries import ReportPeopleQueries
from console.store.report_queries import ReportQueries
from console.store.request_queries import RequestQueries
from console.store.site_queries import SiteQueries
from console.store.warning_queries import WarningQueries
from console.store.watch_queries import WatchQueries


class SqlQueries(
    RequestQueries,
    DeskQueries,
    PeopleQueries,
    DuplicateQueries,
    PeopleReading,
    PublicQueries,
    CallQueries,
    ReportQueries,
    ReportPeopleQueries,
    WatchQueries,
    WarningQueries,
    SiteQueries,
    AuditQueries,
    ForecastQueries,
    QualityQueries,
    NoticeQueries,
    DeskEventQueries,
    PrivacyQueries,
):
    """All questions; made anew for each one, it lives as long as its snapshot."""
