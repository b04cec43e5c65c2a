"""The choice of a service, among those in force today."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from console.domain.catalogue.catalogue import Catalogue, Service
from console.domain.catalogue.city_rules import in_force
from console.domain.time_zone import CITY
from console.ui.text.choice_search import Choice
from console.ui.widgets.fields.search_combo import SearchCombo


class ServiceCombo(SearchCombo):
    """A search combo over the services, by group; it also searches their keywords."""

    def __init__(
        self,
        catalogue: Catalogue,
        now: datetime,
        parent: QWidget | None = None,
        *,
        standing: str = "",
    ) -> None:
        """Offer the services that are in force at `now`.

        Args:
            standing: the code of one that is offered even if it is no longer in force.
        """
        super().__init__(parent)
        offered = services_in_force(catalogue, now)
        old = catalogue.services.get(standing)
        if old is not None and old not in offered:
            offered = (old, *offered)
        self.set_choices(
            [
                Choice(s.code, s.name, service_hint(s, catalogue), (*s.keywords, s.name_en))
                for s in offered
            ]
        )


def service_hint(service: Service, catalogue: Catalogue) -> str:
    """`Chiếu sáng công cộng · 24 giờ`."""
    group = catalogue.groups.get(service.group)
    hours = QCoreApplication.translate("ServiceCombo", "{0} giờ")
    return (
        f"{group.name if group else service.group} · {hours.format(f'{service.resolve_hours:g}')}"
    )


def services_in_force(catalogue: Catalogue, now: datetime) -> tuple[Service, ...]:
    """Services that can be chosen today, by group, in the catalogue's order."""
    order = {code: group.order for code, group in catalogue.groups.items()}
    today = [
        service
        for service in catalogue.services.values()
        if in_force(service.valid_from, service.valid_to, now.astimezone(CITY).date())
    ]
    return tuple(sorted(today, key=lambda s: order.get(s.group, 99)))
