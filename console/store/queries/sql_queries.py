"""The whole read side: `ports.Queries` over one snapshot of the local store."""

from console.store.queries.accounts import AccountQueries
from console.store.queries.audit import AuditQueries
from console.store.queries.calls import CallQueries
from console.store.queries.clock_warnings import WarningQueries
from console.store.queries.contacts import ContactQueries
from console.store.queries.duplicates import DuplicateQueries
from console.store.queries.notices import NoticeQueries
from console.store.queries.open311 import Open311Queries
from console.store.queries.privacy import PrivacyQueries
from console.store.queries.public_site import SiteQueries
from console.store.queries.reports.agencies import AgencyReportQueries
from console.store.queries.reports.figures import ReportQueries
from console.store.queries.reports.forecast import ForecastQueries
from console.store.queries.reports.people import ReportPeopleQueries
from console.store.queries.reports.quality import QualityQueries
from console.store.queries.requests import RequestQueries
from console.store.queries.shifts import ShiftQueries
from console.store.queries.supervision import SupervisionQueries
from console.store.queries.waiting_work import WaitingWorkQueries


class SqlQueries(
    RequestQueries,
    WaitingWorkQueries,
    ContactQueries,
    DuplicateQueries,
    AccountQueries,
    Open311Queries,
    CallQueries,
    AgencyReportQueries,
    ReportQueries,
    ReportPeopleQueries,
    SupervisionQueries,
    WarningQueries,
    SiteQueries,
    AuditQueries,
    ForecastQueries,
    QualityQueries,
    NoticeQueries,
    ShiftQueries,
    PrivacyQueries,
):
    """All questions. An instance serves one question and lives as long as its snapshot."""
