/* The vector base map: paint and label rules for the OpenMapTiles scheme, which tilemaker writes.
   The library's own style knows other layers and would paint nothing. Colours come from the style
   sheet, so that both themes are written once. */
(function () {
  "use strict";

  var P = window.protomapsL;
  var NAMES = ["name:vi", "name:latin", "name"];
  var FONT = "'Noto Sans', 'DejaVu Sans', sans-serif";

  function among(property) {
    var wanted = Array.prototype.slice.call(arguments, 1);
    return function (z, f) { return wanted.indexOf(f.props[property]) >= 0; };
  }

  function grows(from, to, low, high) { // a width that grows between two zooms
    return function (z) {
      if (z <= from) { return low; }
      return z >= to ? high : low * Math.pow(high / low, (z - from) / (to - from));
    };
  }

  function line(layer, filter, colour, width, extra) {
    return Object.assign({
      dataLayer: layer, filter: filter,
      symbolizer: new P.LineSymbolizer({ color: colour, width: width, lineCap: "round", lineJoin: "round" })
    }, extra);
  }

  function area(layer, filter, colour, extra) {
    return Object.assign({
      dataLayer: layer, filter: filter, symbolizer: new P.PolygonSymbolizer({ fill: colour, perFeature: true })
    }, extra);
  }

  function paintRules(c) {
    var motor = among("class", "motorway", "trunk");
    var main = among("class", "primary", "secondary");
    var middle = among("class", "tertiary");
    var small = among("class", "minor", "service", "residential", "unclassified", "track");
    var path = among("class", "path", "pedestrian");
    var rail = among("class", "rail", "transit");
    return [
      area("landcover", undefined, c.green),
      area("landuse", undefined, c.built),
      area("park", undefined, c.green),
      area("water", undefined, c.water),
      line("waterway", undefined, c.water, grows(10, 17, 0.6, 5)),
      area("aeroway", undefined, c.built),
      area("building", undefined, c.building, { minzoom: 15 }),
      line("boundary", undefined, c.outline, 1),
      line("transportation", path, c.roadEdge, grows(14, 18, 0.6, 2), { minzoom: 14 }),
      line("transportation", small, c.roadEdge, grows(12, 18, 0.8, 15), { minzoom: 12 }),
      line("transportation", middle, c.roadEdge, grows(10, 18, 1.2, 19), { minzoom: 10 }),
      line("transportation", main, c.roadEdge, grows(8, 18, 1.4, 24)),
      line("transportation", motor, c.roadEdge, grows(6, 18, 1.6, 28)),
      line("transportation", small, c.road, grows(12, 18, 0.3, 12), { minzoom: 13 }),
      line("transportation", middle, c.road, grows(10, 18, 0.6, 16), { minzoom: 11 }),
      line("transportation", main, c.roadMain, grows(8, 18, 0.8, 20)),
      line("transportation", motor, c.roadMotor, grows(6, 18, 1, 24)),
      line("transportation", rail, c.outline, grows(10, 18, 0.6, 2.5), { minzoom: 10 })
    ];
  }

  function text(size, weight, colour, c) {
    return {
      labelProps: NAMES, fontFamily: FONT, fontSize: size, fontWeight: weight, fill: colour,
      stroke: c.labelHalo, width: 3
    };
  }

  function labelRules(c) {
    var big = among("class", "city", "town");
    var part = among("class", "suburb", "village", "quarter", "neighbourhood", "hamlet");
    return [
      { dataLayer: "place", filter: big, symbolizer: new P.CenteredTextSymbolizer(text(14, 600, c.label, c)) },
      { dataLayer: "place", filter: part, minzoom: 12,
        symbolizer: new P.CenteredTextSymbolizer(text(12, 500, c.gridText, c)) },
      { dataLayer: "transportation_name", filter: among("class", "motorway", "trunk", "primary", "secondary"),
        minzoom: 12, symbolizer: new P.LineLabelSymbolizer(Object.assign(text(11, 500, c.label, c), { position: 2 })) },
      { dataLayer: "transportation_name", minzoom: 15,
        symbolizer: new P.LineLabelSymbolizer(Object.assign(text(11, 400, c.label, c), { position: 2 })) },
      { dataLayer: "water_name", minzoom: 12,
        symbolizer: new P.CenteredTextSymbolizer(text(11, 400, c.waterText, c)) },
      { dataLayer: "poi", minzoom: 17,
        symbolizer: new P.CenteredTextSymbolizer(text(10, 400, c.gridText, c)) },
      { dataLayer: "housenumber", minzoom: 18,
        symbolizer: new P.CenteredTextSymbolizer(Object.assign(text(10, 400, c.gridText, c), { labelProps: ["housenumber"] })) }
    ];
  }

  /* A Leaflet layer of vector tiles; `colours` as console-map.js reads them. */
  function layer(base, colours, attribution) {
    return P.leafletLayer({
      url: base.url, maxDataZoom: base.max_zoom, maxZoom: 19, attribution: attribution,
      paintRules: paintRules(colours), labelRules: labelRules(colours), lang: "vi"
    });
  }

  window.ConsoleBase = { layer: layer };
}());
