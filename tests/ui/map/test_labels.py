"""Names on the map avoid what lies above them; wards out of sight are not named."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from console.map.display.heat import heat_cells
from console.map.display.state import MapNotice, MapSetup, MapState
from console.map.gazetteer.local_places import LocalPlaces
from console.ui.map.painted.frame import Frame
from console.ui.map.painted.ground import notice_areas, paint_names, title_boxes
from console.ui.map.painted.overlays import heat_numbers
from console.ui.map.painted.points import PaintedPoints
from console.ui.map.view import MapView
from console.ui.pages.intake.map_slot import IntakeMap
from console.ui.theme import themes
from tests.ui.map.conftest import CENTRE, built, finish, point, settled, until
from tests.unit.map.geography.test_wards import square

FAR = (10.70, 106.60)


def seen(view: MapView) -> QImage:
    """The map as it looks once it has done everything it was told."""
    if view.engine == "web":
        settled(view)
    assert view.canvas is not None
    return view.canvas.grab().toImage()


def still(view: MapView) -> QImage:
    """The map once it looks the same for several frames: what the page drew comes to the screen
    through another process, in its own time.
    """
    found, same = seen(view), 0
    while same < 5:
        again = seen(view)
        found, same = again, same + 1 if again == found else 0
    return found


@pytest.mark.parametrize("outlined", [True, False])
@pytest.mark.parametrize("web", [True, False])
def test_a_marked_ward_out_of_sight_is_not_named_beside_another_place(
    qapp: QApplication, tmp_path: Path, web: bool, outlined: bool
) -> None:
    file = tmp_path / "wards.geojson"
    feature = square("26767", CENTRE[0] - 0.004, CENTRE[1] - 0.004, 0.008)
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    view = built(MapSetup(outlines=file if outlined else None, centre=CENTRE, zoom=15), web=web)
    plain = still(view)
    view.highlight_wards(["26767"])
    until(lambda: seen(view) != plain, "the ward is not marked")
    view.fly_to(*FAR, 15)
    view.highlight_wards([])
    plain = still(view)
    view.highlight_wards(["26767"])
    assert still(view) == plain
    if web:
        assert view.web.errors == []
    finish(view)


def frame_at() -> Frame:
    return Frame(CENTRE, 12, 600, 400)


def names_drawn(busy: list[QRectF]) -> list[QRectF]:
    """Where the name of a ward in the middle of the picture is written."""
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter, frame = QPainter(image), frame_at()
    middle = (frame.corner + QPointF(300, 200)) / frame.scale
    spots = [("26773", "P. An Phú Đông", (middle.x(), middle.y()))]
    written = paint_names(painter, themes.LIGHT, frame, spots, {}, frozenset(), busy=busy)
    painter.end()
    return written


def test_a_name_moves_out_from_under_a_cluster_and_goes_where_there_is_no_room(
    qapp: QApplication,
) -> None:
    assert names_drawn([])[0].center().y() == 200
    cluster = QRectF(286, 186, 28, 28)
    moved = names_drawn([cluster])
    assert len(moved) == 1
    assert not moved[0].intersects(cluster)
    assert abs(moved[0].center().y() - 200) < 40
    assert names_drawn([QRectF(200, 100, 200, 200)]) == []


def test_a_name_moves_out_from_under_a_number_of_the_heat_map(qapp: QApplication) -> None:
    frame = Frame(CENTRE, 14, 600, 400)
    cells = heat_cells([point()] * 12, 14)
    (number,) = heat_numbers(cells, frame.pixel)
    assert number.height() > 8
    number.moveCenter(QPointF(300, 200))
    (name,) = names_drawn([number])
    assert not name.intersects(number)
    assert heat_numbers(cells, Frame(CENTRE, 8, 600, 400).pixel) == [], "too small for a number"


def test_inside_one_ward_its_name_stands_though_its_own_place_is_out_of_sight(
    qapp: QApplication, tmp_path: Path
) -> None:
    file = tmp_path / "wards.geojson"
    feature = square("26767", CENTRE[0] - 0.04, CENTRE[1] - 0.04, 0.08)
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    here = (CENTRE[0] + 0.0301, CENTRE[1] + 0.0301)
    for web in (True, False):
        named = built(MapSetup(outlines=file, centre=here, zoom=17), web=web)
        bare = built(MapSetup(centre=here, zoom=17), web=web)
        for view in (named, bare):
            view.set_pin(*CENTRE, pan=False)  # out of sight, its flag shows nothing here
        assert still(named) != still(bare), f"the name, web: {web}"
        finish(named)
        finish(bare)


def test_a_title_of_an_area_at_the_edge_is_whole(qapp: QApplication) -> None:
    frame = frame_at()
    ring = ((10.86, 106.55), (10.87, 106.55), (10.865, 106.62))  # sticks out to the west
    assert frame.pixel(*ring[0]).x() < -100 < 0 < frame.pixel(*ring[2]).x()
    notice = MapNotice("Mất nước khu Trung Chánh", (), (ring,))
    (box,) = title_boxes(notice_areas([notice], {}, {}, frame), frame)
    assert box.left() >= 0


def test_painted_clusters_never_lie_over_each_other(qapp: QApplication) -> None:
    state = MapState(CENTRE, 12)
    state.points = tuple(
        point(CENTRE[0] + n % 7 * 0.009 - 0.03, CENTRE[1] + n // 7 * 0.011 - 0.04)
        for n in range(49)
    )
    frame = frame_at()
    boxes = PaintedPoints(state).boxes(frame)
    assert len(boxes) > 1
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            gap = one.center() - other.center()
            assert (gap.x() ** 2 + gap.y() ** 2) ** 0.5 >= (one.width() + other.width()) / 2 - 1e-6


def test_the_title_of_a_notice_is_in_the_way_of_names(qapp: QApplication) -> None:
    frame = frame_at()
    middle = (frame.corner + QPointF(300, 200)) / frame.scale
    notice = MapNotice("Mất nước khu Trung Chánh", ("26773",), ())
    spots = {"26773": (middle.x(), middle.y())}
    (box,) = title_boxes(notice_areas([notice], {}, spots, frame), frame)
    assert box.contains(QPointF(300, 224))
    assert box.width() > 100


def test_what_a_search_ringed_on_another_page_is_not_on_the_forms_map(qapp: QApplication) -> None:
    view = built(MapSetup(centre=CENTRE, zoom=15), web=False)
    view.stress(*FAR, "Chợ Bà Chiểu")
    form = IntakeMap(LocalPlaces())
    form.adopt(view)
    assert view.state.ring is None
    finish(view)
    form.deleteLater()
