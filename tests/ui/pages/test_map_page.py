"""The page Bản đồ: filters by field, agency and age; the search moves the map; tools are closed."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.services.desk import Desk
from console.ui.map.view import MapView
from console.ui.pages.map.page import MapPage
from tests.ui import city
from tests.ui.waiting import until
from tests.ui.window import Room, open_room, page_in


async def city_with_three(desk: Desk) -> None:
    await city.log(desk, lat=10.776, long=106.70, phone="0903000001")
    await city.log(
        desk, agency="cay-xanh", service_code="trees.branch", description="Nhánh cây gãy",
        lat=10.80, long=106.66, phone="0903000002",
    )  # fmt: skip
    await city.log(
        desk, agency=None, service_code="trees.branch", description="Cây nghiêng",
        lat=10.81, long=106.66, phone="0903000003",
    )  # fmt: skip


async def map_page(room: Room, n: int) -> tuple[MapPage, MapView]:
    page = page_in(room, "map", MapPage)
    room.window.goto_page("map")
    await until(lambda: len(page.points) == n, "the points")
    await until(lambda: page.map_slot.has_map, "the map")
    view = page.map_slot.findChild(MapView)
    assert isinstance(view, MapView)
    await until(lambda: view.engine == "painted", "the map to be built")
    return page, view


def shown(view: MapView) -> int:
    return len(view.state.points)


def tools(view: MapView) -> tuple[bool, bool]:
    return view.state.measuring, view.state.heat


def choose(page: MapPage, box: str, text: str) -> None:
    combo = getattr(page, box)
    at = combo.findText(text)
    assert at >= 0, [combo.itemText(i) for i in range(combo.count())]
    combo.setCurrentIndex(at)


async def test_filters_by_field_and_agency(desk: Desk) -> None:
    await city_with_three(desk)
    room = await open_room(desk, "supervisor")
    page, view = await map_page(room, 3)
    assert shown(view) == 3
    trees = desk.catalogue.groups[desk.catalogue.services["trees.branch"].group].name
    choose(page, "group", trees)
    assert {p.service_code for p in view.state.points} == {"trees.branch"}
    assert page._count.text() == "2 trong 3 phản ánh có vị trí"
    choose(page, "agency", desk.catalogue.agencies["cay-xanh"].short_name)
    assert shown(view) == 1
    # A new report keeps the filters.
    await city.log(desk, lat=10.79, long=106.70, phone="0903000004")
    await until(lambda: len(page.points) == 4, "the new one")
    assert shown(view) == 1
    choose(page, "group", "Mọi lĩnh vực")
    choose(page, "agency", "Mọi đơn vị")
    assert shown(view) == 4


async def test_an_officer_has_no_choice_of_agencies(desk: Desk) -> None:
    await city_with_three(desk)
    room = await open_room(desk, "officer-cay-xanh")
    page, _ = await map_page(room, 1)
    assert not page.agency.isVisible()
    assert page.group.isVisible()


async def test_the_search_flies_and_rings(desk: Desk) -> None:
    await city_with_three(desk)
    room = await open_room(desk)
    page, view = await map_page(room, 3)
    page.place_line.setFocus()
    QTest.keyClicks(page.place_line, "hang xanh")
    assert page.search.found[0].text == "Ngã tư Hàng Xanh"
    QTest.keyClick(page.place_line, Qt.Key.Key_Return)
    assert view.state.ring is not None
    assert view.state.ring[2] == "Ngã tư Hàng Xanh"
    assert view.state.centre == view.state.ring[:2]
    page.place_line.setFocus()
    page.place_line.setText("QPG2+C9")
    QTest.keyClick(page.place_line, Qt.Key.Key_Return)
    assert view.state.centre[0] != 10.8014
    page.place_line.setText("")
    QTest.keyClicks(page.place_line, "vo cong ton")  # the shipped list has no positions of streets
    QTest.keyClick(page.place_line, Qt.Key.Key_Return)
    assert page._count.text() == "Chưa biết Võ Công Tồn nằm ở đâu."
    page.place_line.setFocus()
    page.place_line.setText("khong co noi nay")
    QTest.keyClick(page.place_line, Qt.Key.Key_Return)
    assert page._count.text() == "Không có nơi nào tên “khong co noi nay”."


async def test_leaving_puts_the_tools_away(desk: Desk) -> None:
    await city_with_three(desk)
    room = await open_room(desk)
    _, view = await map_page(room, 3)
    view.tools.measure.setChecked(True)
    view.tools.heat.setChecked(True)
    assert tools(view) == (True, True)
    room.window.goto_page("intake")
    await until(lambda: tools(view) == (False, False), "the tools to go")
    assert view.state.ring is None
