"""Widgets that several pages share; no page imports another one, so what two need lives here.

Knows `theme`, `text` and `runtime`, but no page. Start with `basic/` (label, button, badge), then
`tables/` and `fields/`.
"""
