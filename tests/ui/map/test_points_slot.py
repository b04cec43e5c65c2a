"""The map page's place for the map: the city at first, later what it showed when it left."""

from console.ui.map.points_slot import PointsSlot
from console.ui.map.slot import MapSlot
from console.ui.map.view import MapView


async def test_the_city_at_first_and_the_old_view_when_it_comes_back() -> None:
    view = MapView(web=False)
    city = (view.state.centre, view.state.zoom)
    form, page = MapSlot(), PointsSlot()
    form.adopt(view)
    view.fly_to(10.8612, 106.7058, 17)
    page.adopt(view)
    assert (view.state.centre, view.state.zoom) == city
    view.fly_to(10.7, 106.6, 14)
    page.adopt(view)
    form.adopt(view)
    view.fly_to(10.8612, 106.7058, 17)
    page.adopt(view)
    assert (view.state.centre, view.state.zoom) == ((10.7, 106.6), 14)
    for widget in (form, page):
        widget.deleteLater()
