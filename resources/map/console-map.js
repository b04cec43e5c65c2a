/* The map page. Text from outside comes as JSON and is drawn on a canvas or set by textContent;
   nothing here builds HTML or runs text. Messages: console/map/page/messages.py. */
(function () {
  "use strict";

  var VERSION = 1;
  var KINDS = ["closed", "ok", "warn", "urgent"]; // rising urgency: the last of a cluster shows
  var HIT_PX = 12;
  var CLUSTER_BELOW_ZOOM = 14;
  var CELL_PX = 56;
  var ASSETS_FROM_ZOOM = 15;
  var UNKNOWN_REACH_M = 4000; // so far a ward without an outline is taken to reach
  var STEP_PX = 6;
  var map = null;
  var bridge = null;
  var seq = 0;
  var texts = {};
  var colours = {};

  // --- talking to the window

  function send(kind, fields) {
    if (!bridge) { return; }
    var message = Object.assign({ v: VERSION, kind: kind, seq: ++seq }, fields);
    bridge.fromJs(JSON.stringify(message));
  }

  function report(message, file, line) {
    send("error", {
      message: String(message).slice(0, 500), file: String(file || "").slice(0, 200), line: line || 0
    });
  }

  window.addEventListener("error", function (e) { report(e.message, e.filename, e.lineno); });
  window.addEventListener("unhandledrejection", function (e) { report(e.reason, "", 0); });

  // --- geometry: the world as a square of side 1, so that a redraw only scales and shifts

  function worldX(long) { return long / 360 + 0.5; }

  function worldY(lat) {
    var sin = Math.sin(lat * Math.PI / 180);
    return 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
  }

  function frame() {
    var scale = 256 * Math.pow(2, map.getZoom());
    var origin = map.getPixelBounds().min;
    var size = map.getSize();
    return { scale: scale, left: origin.x, top: origin.y, width: size.x, height: size.y };
  }

  function metresPerPixel(lat) {
    return 156543.03392804097 * Math.cos(lat * Math.PI / 180) / Math.pow(2, map.getZoom());
  }

  // --- a canvas over the whole view, drawn again at every move

  var Drawn = L.Layer.extend({
    initialize: function (pane, draw) { this._paneName = pane; this._draw = draw; },
    onAdd: function () {
      this._canvas = L.DomUtil.create("canvas", "drawn", map.getPane(this._paneName));
      this._pending = 0;
      map.on("move zoom resize viewreset", this.redraw, this);
      this.redraw();
    },
    onRemove: function () {
      map.off("move zoom resize viewreset", this.redraw, this);
      L.DomUtil.remove(this._canvas);
    },
    redraw: function () {
      if (!this._pending) {
        this._pending = requestAnimationFrame(this._now.bind(this));
      }
    },
    _now: function () {
      this._pending = 0;
      var size = map.getSize();
      if (!size.x || !size.y) { return; }
      var ratio = window.devicePixelRatio || 1;
      var width = Math.round(size.x * ratio);
      var height = Math.round(size.y * ratio);
      if (this._canvas.width !== width || this._canvas.height !== height) {
        this._canvas.width = width;
        this._canvas.height = height;
        this._canvas.style.width = size.x + "px";
        this._canvas.style.height = size.y + "px";
      }
      L.DomUtil.setPosition(this._canvas, map.containerPointToLayerPoint([0, 0]));
      var ctx = this._canvas.getContext("2d");
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      ctx.clearRect(0, 0, size.x, size.y);
      this._draw(ctx, size, frame());
    }
  });

  // --- ground: grid, outlines, ward names; never blank, whatever else fails

  var wards = [];      // {code, label, x, y, km2}, largest first
  var outlines = {};   // code -> {rings: [Float64Array], box: [x0, y0, x1, y1]}
  var marked = {};     // code -> true
  var STEPS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002];

  function drawGrid(ctx, size) {
    var bounds = map.getBounds();
    var perDegree = size.x / (bounds.getEast() - bounds.getWest());
    var step = STEPS[0];
    STEPS.forEach(function (s) { if (s * perDegree >= 110) { step = s; } });
    var digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    ctx.strokeStyle = colours.grid;
    ctx.fillStyle = colours.gridText;
    ctx.lineWidth = 1;
    ctx.font = "11px sans-serif";
    ctx.textAlign = "left";
    ctx.textBaseline = "top";
    ctx.beginPath();
    var names = [];
    var i;
    for (i = Math.ceil(bounds.getWest() / step); i * step < bounds.getEast(); i++) {
      var x = Math.round(map.latLngToContainerPoint([bounds.getCenter().lat, i * step]).x) + 0.5;
      ctx.moveTo(x, 0);
      ctx.lineTo(x, size.y);
      names.push([(i * step).toFixed(digits), x + 3, 3]);
    }
    for (i = Math.ceil(bounds.getSouth() / step); i * step < bounds.getNorth(); i++) {
      var y = Math.round(map.latLngToContainerPoint([i * step, bounds.getCenter().lng]).y) + 0.5;
      ctx.moveTo(0, y);
      ctx.lineTo(size.x, y);
      if (y > 18) { names.push([(i * step).toFixed(digits), 3, y + 2]); }
    }
    ctx.stroke();
    names.forEach(function (n) { ctx.fillText(n[0], n[1], n[2]); });
  }

  function tracePath(ctx, shape, f) {
    shape.rings.forEach(function (ring) {
      for (var i = 0; i < ring.length; i += 2) {
        var x = ring[i] * f.scale - f.left;
        var y = ring[i + 1] * f.scale - f.top;
        if (i) { ctx.lineTo(x, y); } else { ctx.moveTo(x, y); }
      }
      ctx.closePath();
    });
  }

  function inView(box, size, f) {
    return box[2] * f.scale > f.left && box[0] * f.scale < f.left + size.x &&
      box[3] * f.scale > f.top && box[1] * f.scale < f.top + size.y;
  }

  function drawOutlines(ctx, size, f) {
    ctx.strokeStyle = colours.outline;
    ctx.lineWidth = 1;
    ctx.beginPath();
    Object.keys(outlines).forEach(function (code) {
      if (inView(outlines[code].box, size, f)) { tracePath(ctx, outlines[code], f); }
    });
    ctx.stroke();
  }

  function labelFont(strong) {
    var px = map.getZoom() >= 14 ? 14 : map.getZoom() >= 12 ? 12 : 11;
    return (strong ? "bold " : "") + px + "px 'Noto Sans', 'DejaVu Sans', sans-serif";
  }

  function writeLabel(ctx, text, x, y, colour) {
    ctx.lineJoin = "round";
    ctx.lineWidth = 3;
    ctx.strokeStyle = colours.labelHalo;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
  }

  var BESIDE_PX = [0, 22, -22]; // a name moves so far out from under what lies above it

  // What names give way to: titles of notices, the pin and its flag, clusters or the numbers of the heat map.
  // [x, y, half width, half height]
  function busy(ctx, size, f) {
    var boxes = ConsoleTools.noticeTitles(ctx, notices, outlines, wards, f);
    if (pin) {
      var at = map.latLngToContainerPoint(pin.getLatLng());
      boxes.push([at.x, at.y - 18, 14, 20]);
      if (!flag.hidden) { boxes.push([at.x, at.y - 52, flag.offsetWidth / 2 + 3, 12]); }
    }
    if (heat) { return boxes.concat(ConsoleTools.heatNumbers(heat, size, f)); }
    if (map.getZoom() >= CLUSTER_BELOW_ZOOM) { return boxes; }
    return boxes.concat(cellsInView(size, f).map(function (cell) {
      var r = clusterRadius(cell.n) + 1;
      return [cell.x / cell.n, cell.y / cell.n, r, r];
    }));
  }

  function drawNames(ctx, size, f) {
    var placed = busy(ctx, size, f);
    ctx.font = labelFont(false);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    var inside = 0;
    wards.forEach(function (ward) {
      var x = ward.x * f.scale - f.left;
      var y = ward.y * f.scale - f.top;
      if (x < -80 || y < -12 || x > size.x + 80 || y > size.y + 12) { return; }
      if (marked[ward.code]) { return; }
      var half = ctx.measureText(ward.label).width / 2 + 4;
      var down = BESIDE_PX.find(function (d) {
        return placed.every(function (p) {
          return Math.abs(p[0] - x) > p[2] + half || Math.abs(p[1] - y - d) > p[3] + 7.5;
        });
      });
      if (down === undefined) { return; }
      placed.push([x, y + down, half, 7.5]);
      writeLabel(ctx, ward.label, x, y + down, colours.label);
      if (x > half && x < size.x - half && y > 0 && y < size.y) { inside += 1; }
    });
    if (!inside) { nameMiddle(ctx, size, f); }
  }

  // Near by no ward's own place may be in sight: then the one in the middle is named above it.
  function nameMiddle(ctx, size, f) {
    var code = ConsoleTools.wardAt(outlines, (f.left + size.x / 2) / f.scale, (f.top + size.y / 2) / f.scale);
    var ward = code && !marked[code] && wards.find(function (w) { return w.code === code; });
    var flagged = pin && !flag.hidden && map.getBounds().contains(pin.getLatLng());
    if (ward && !(flagged && flag.textContent === ward.label)) { writeLabel(ctx, ward.label, size.x / 2, Math.round(size.y * 0.2), colours.label); }
  }

  function drawGround(ctx, size, f) {
    drawGrid(ctx, size);
    if (tiles) { return; } // then they are drawn above the base map
    drawOutlines(ctx, size, f);
    drawNames(ctx, size, f);
  }

  // --- what is going on: marked wards, the circle around the pin, requests

  var points = { n: 0, x: [], y: [], kind: [], ids: [], labels: [] };
  var near = null;     // {lat, long, radius_m, ids: {id: true}}
  var shown = [];      // what can be hit: [x, y, index] or [x, y, -1] for a cluster
  var sprites = {};
  var aiming = false;  // the keyboard works on the map: show the centre

  function sprite(kind, strong) {
    var name = kind + (strong ? "+" : "");
    if (sprites[name]) { return sprites[name]; }
    var side = strong ? 26 : 18;
    var ratio = window.devicePixelRatio || 1;
    var canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(side * ratio);
    var ctx = canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    var c = side / 2;
    var r = strong ? 8 : 6;
    ctx.beginPath();
    if (kind === "urgent") {
      ctx.rect(c - r, c - r, 2 * r, 2 * r);
    } else if (kind === "warn") {
      ctx.moveTo(c, c - r - 1);
      ctx.lineTo(c + r + 1, c + r);
      ctx.lineTo(c - r - 1, c + r);
      ctx.closePath();
    } else {
      ctx.arc(c, c, kind === "closed" ? r - 2 : r, 0, 2 * Math.PI);
    }
    ctx.fillStyle = kind === "closed" ? colours.labelHalo : colours[kind];
    ctx.fill();
    ctx.lineWidth = kind === "closed" ? 2 : 1.5;
    ctx.strokeStyle = kind === "closed" ? colours.closed : colours.edge;
    ctx.stroke();
    if (strong) {
      ctx.beginPath();
      ctx.arc(c, c, side / 2 - 1.5, 0, 2 * Math.PI);
      ctx.lineWidth = 2;
      ctx.strokeStyle = colours.accent;
      ctx.stroke();
    }
    sprites[name] = { image: canvas, side: side };
    return sprites[name];
  }

  function drawSprite(ctx, kind, strong, x, y) {
    var s = sprite(kind, strong);
    ctx.drawImage(s.image, x - s.side / 2, y - s.side / 2, s.side, s.side);
  }

  function drawMarked(ctx, size, f) {
    var codes = Object.keys(marked);
    if (!codes.length) { return; }
    ctx.strokeStyle = colours.accent;
    ctx.lineWidth = 2;
    ctx.setLineDash([6, 4]);
    ctx.beginPath();
    codes.forEach(function (code) { if (outlines[code]) { tracePath(ctx, outlines[code], f); } });
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.font = labelFont(true);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    wards.forEach(function (ward) {
      if (!marked[ward.code] || !inSight(ward, size, f)) { return; }
      // A marked ward that fills the view still says its name: at the edge nearest to its centre.
      var half = ctx.measureText(ward.label).width / 2 + 8;
      var x = Math.max(half + 50, Math.min(ward.x * f.scale - f.left, size.x - half - 50));
      var y = Math.max(30, Math.min(ward.y * f.scale - f.top, size.y - 34));
      if (!outlines[ward.code]) {
        ctx.setLineDash([6, 4]);
        ctx.strokeStyle = colours.accent;
        ctx.lineWidth = 2;
        ctx.strokeRect(x - half, y - 13, 2 * half, 26);
        ctx.setLineDash([]);
      }
      // The flag at the pin says the same name: twice, one would stand half under the other.
      if (flag.hidden || flag.textContent !== ward.label) { writeLabel(ctx, ward.label, x, y, colours.accent); }
    });
  }

  // Whether something of a ward shows; without its outline, whether its centre is near.
  function inSight(ward, size, f) {
    if (outlines[ward.code]) { return inView(outlines[ward.code].box, size, f); }
    var reach = UNKNOWN_REACH_M / metresPerPixel(map.getCenter().lat);
    var x = ward.x * f.scale - f.left;
    var y = ward.y * f.scale - f.top;
    return x > -reach && y > -reach && x < size.x + reach && y < size.y + reach;
  }

  function drawNear(ctx, f) {
    if (!near || !(near.radius_m > 0)) { return; }
    var x = worldX(near.long) * f.scale - f.left;
    var y = worldY(near.lat) * f.scale - f.top;
    ctx.beginPath();
    ctx.arc(x, y, near.radius_m / metresPerPixel(near.lat), 0, 2 * Math.PI);
    ctx.globalAlpha = 0.16;
    ctx.fillStyle = colours.accent;
    ctx.fill();
    ctx.globalAlpha = 0.7;
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = colours.accent;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  function visible(size, f, each) {
    for (var i = 0; i < points.n; i++) {
      var x = points.x[i] * f.scale - f.left;
      var y = points.y[i] * f.scale - f.top;
      if (x > -12 && y > -12 && x < size.x + 12 && y < size.y + 12) { each(i, x, y); }
    }
  }

  function drawSingles(ctx, size, f) {
    var ids = near ? near.ids : {};
    visible(size, f, function (i, x, y) {
      drawSprite(ctx, KINDS[points.kind[i]], ids[points.ids[i]] === true, x, y);
      shown.push([x, y, i]);
    });
  }

  function cellsInView(size, f) {
    var cells = new Map();
    // Cells hang on the world, not on the view, so that a cluster stays itself while it is dragged.
    visible(size, f, function (i, x, y) {
      var key = Math.floor((x + f.left) / CELL_PX) + ":" + Math.floor((y + f.top) / CELL_PX);
      var cell = cells.get(key);
      if (!cell) { cells.set(key, cell = { n: 0, x: 0, y: 0, kind: 0, one: i }); }
      cell.n += 1;
      cell.x += x;
      cell.y += y;
      cell.kind = Math.max(cell.kind, points.kind[i]);
    });
    return apart(cells);
  }

  function drawClusters(ctx, size, f) {
    ctx.font = "bold 12px 'Noto Sans', 'DejaVu Sans', sans-serif";
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    cellsInView(size, f).forEach(function (cell) {
      var x = cell.x / cell.n;
      var y = cell.y / cell.n;
      if (cell.n === 1) {
        drawSprite(ctx, KINDS[cell.kind], near !== null && near.ids[points.ids[cell.one]] === true, x, y);
        shown.push([x, y, cell.one]);
        return;
      }
      var kind = KINDS[cell.kind];
      var r = clusterRadius(cell.n);
      ctx.beginPath();
      ctx.arc(x, y, r, 0, 2 * Math.PI);
      ctx.fillStyle = colours.panel;
      ctx.fill();
      ctx.lineWidth = 2.5;
      ctx.strokeStyle = colours[kind];
      ctx.stroke();
      if (kind === "urgent" || kind === "warn") {
        // The worst one inside, by shape too.
        ctx.drawImage(sprite(kind, false).image, x + r * 0.7 - 7, y - r * 0.7 - 7, 14, 14);
      }
      ctx.fillStyle = colours.text;
      ctx.fillText(String(cell.n), x, y);
      shown.push([x, y, -1]);
    });
  }

  function clusterRadius(n) {
    return n === 1 ? 6 : 11 + Math.min(9, Math.log2(n) * 1.4);
  }

  // Neighbouring cells may have their points side by side: what would overlap becomes one.
  function apart(cells) {
    var kept = [];
    cells.forEach(function (cell) {
      for (var into = touching(kept, cell); into !== -1; into = touching(kept, cell)) {
        var other = kept.splice(into, 1)[0];
        cell.n += other.n;
        cell.x += other.x;
        cell.y += other.y;
        cell.kind = Math.max(cell.kind, other.kind);
      }
      kept.push(cell);
    });
    return kept;
  }

  function touching(kept, cell) {
    return kept.findIndex(function (other) {
      var far = clusterRadius(cell.n) + clusterRadius(other.n);
      return Math.hypot(cell.x / cell.n - other.x / other.n, cell.y / cell.n - other.y / other.n) < far;
    });
  }

  function drawAim(ctx, size) {
    if (!aiming || pin) { return; }
    var x = Math.round(size.x / 2) + 0.5;
    var y = Math.round(size.y / 2) + 0.5;
    ctx.strokeStyle = colours.accent;
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.moveTo(x - 12, y);
    ctx.lineTo(x + 12, y);
    ctx.moveTo(x, y - 12);
    ctx.lineTo(x, y + 12);
    ctx.stroke();
  }

  var heat = null;     // [{n, share, ring, x, y, wide}] instead of requests
  var assets = [];     // {x, y, kind, code, label}
  var ring = null;     // {lat, long, label}
  var way = [];        // [lat, long], measured
  var measuring = false;  // the pointer traces a way, or (drawing) the corners of an area
  var drawing = false;
  var notices = [];    // {label, wards, rings, soon}

  function spotOf(f) {
    return function (at) {
      return { x: worldX(at[1]) * f.scale - f.left, y: worldY(at[0]) * f.scale - f.top };
    };
  }

  function drawAssets(ctx, size, f) {
    if (map.getZoom() < ASSETS_FROM_ZOOM) { return; }
    assets.forEach(function (asset, i) {
      var x = asset.x * f.scale - f.left;
      var y = asset.y * f.scale - f.top;
      if (x < -10 || y < -10 || x > size.x + 10 || y > size.y + 10) { return; }
      ConsoleTools.drawAsset(ctx, asset.kind, x, y, colours);
      shown.push([x, y, -2, i]);
    });
  }

  function drawTop(ctx, size, f) {
    shown = [];
    var spot = spotOf(f);
    if (tiles) { drawOutlines(ctx, size, f); drawNames(ctx, size, f); }
    ConsoleTools.drawNotices(ctx, notices, outlines, wards, f, colours);
    if (heat) { ConsoleTools.drawHeat(ctx, heat, f, colours); }
    drawNear(ctx, f);
    drawMarked(ctx, size, f);
    drawAssets(ctx, size, f);
    if (!heat) {
      if (map.getZoom() < CLUSTER_BELOW_ZOOM) { drawClusters(ctx, size, f); } else { drawSingles(ctx, size, f); }
    }
    if (pin && accuracy > 0) {
      var at = spot([pin.getLatLng().lat, pin.getLatLng().lng]);
      ConsoleTools.drawUncertain(ctx, at.x, at.y, accuracy / metresPerPixel(pin.getLatLng().lat), colours);
    }
    (drawing ? ConsoleTools.drawArea : ConsoleTools.drawWay)(ctx, way, spot, colours);
    if (ring) { var r = spot([ring.lat, ring.long]); ConsoleTools.drawRing(ctx, r.x, r.y, ring.label, colours); }
    drawAim(ctx, size);
  }

  var ground = new Drawn("ground", drawGround);
  var top_ = new Drawn("requests", drawTop);

  function redraw() { ground.redraw(); top_.redraw(); }

  function hit(at) {
    var best = null;
    var reach = HIT_PX * HIT_PX;
    shown.forEach(function (s) {
      var d = (s[0] - at.x) * (s[0] - at.x) + (s[1] - at.y) * (s[1] - at.y);
      if (d <= reach) { reach = d; best = s; }
    });
    return best;
  }

  // --- the pin

  var pin = null;
  var accuracy = 0;    // metres that the place may be off
  var flag = null;     // the name of the ward under the pin, beside it
  var keyTimer = 0;

  function place(lat, long) {
    var at = L.latLng(lat, long);
    if (pin) { pin.setLatLng(at); nameWard(); redraw(); return; }
    pin = L.marker(at, { icon: pinIcon(), draggable: true, keyboard: false, alt: texts.pin || "", autoPan: true });
    pin.on("drag", function () { accuracy = 0; nameWard(); top_.redraw(); });
    pin.on("dragend", function () { redraw(); tellPin("drag"); });
    pin.addTo(map);
    nameWard();
    redraw();
  }

  function nameWard() { // at once, from the outlines that are here: no way to the window and back
    var at = pin ? pin.getLatLng() : null;
    var code = at && ConsoleTools.wardAt(outlines, worldX(at.lng), worldY(at.lat));
    var ward = code && wards.find(function (w) { return w.code === code; });
    flag.hidden = !ward;
    if (!ward) { return; }
    flag.textContent = ward.label;
    placeFlag();
  }

  function placeFlag() {
    if (!pin || flag.hidden) { return; }
    var spot = map.latLngToContainerPoint(pin.getLatLng());
    flag.style.left = Math.round(spot.x) + "px";
    flag.style.top = Math.round(spot.y - 62) + "px";
  }

  function pinIcon() {
    var name = document.documentElement.classList.contains("night") ? "pin-night.svg" : "pin-light.svg";
    return L.icon({
      iconUrl: "app://console/assets/" + name, iconSize: [28, 40], iconAnchor: [14, 38]
    });
  }

  function tellPin(source) {
    var at = pin.getLatLng();
    send("pin_moved", { lat: round(at.lat), long: round(at.lng), source: source });
  }

  function round(degrees) { return Math.round(degrees * 1e7) / 1e7; }

  function onKey(e) {
    if (e.altKey || e.ctrlKey || e.metaKey) { return; }
    if (measuring && onMeasureKey(e)) { return; }
    aiming = true;
    if (e.key === "Enter") {
      e.preventDefault();
      e.stopPropagation();
      var centre = map.getCenter();
      place(centre.lat, centre.lng);
      tellPin("keyboard");
      return;
    }
    var ways = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    var way = ways[e.key];
    if (!way || !pin) { top_.redraw(); return; }
    e.preventDefault();
    e.stopPropagation();
    var step = e.shiftKey ? 8 * STEP_PX : STEP_PX;
    // project, not latLngToContainerPoint: that one rounds, and the pin would creep sideways
    var at = map.unproject(map.project(pin.getLatLng()).add([way[0] * step, way[1] * step]));
    accuracy = 0;
    place(at.lat, at.lng);
    if (!map.getBounds().contains(pin.getLatLng())) { map.panTo(pin.getLatLng()); }
    clearTimeout(keyTimer);
    keyTimer = setTimeout(function () { if (pin) { tellPin("keyboard"); } }, 200);
  }

  // --- measuring: each click goes on, Backspace takes back, Escape ends

  function tellWay() {
    top_.redraw();
    send("measured", { path: way.map(function (at) { return [round(at[0]), round(at[1])]; }) });
  }

  function onMeasureKey(e) {
    if (e.key === "Enter") {
      way.push([map.getCenter().lat, map.getCenter().lng]);
    } else if (e.key === "Backspace") {
      way.pop();
    } else if (e.key === "Escape") {
      way = [];
    } else {
      return false;
    }
    e.preventDefault();
    e.stopPropagation();
    tellWay();
    return true;
  }

  // --- pointer

  var hint = null;

  function onClick(e) {
    aiming = false;
    if (measuring) {
      if (way.length < 200) { way.push([e.latlng.lat, e.latlng.lng]); }
      tellWay();
      return;
    }
    var found = hit(e.containerPoint);
    if (found && found[2] === -2) {
      var asset = assets[found[3]];
      send("asset", { asset_kind: asset.kind, code: asset.code });
      return;
    }
    if (found && found[2] >= 0 && !e.originalEvent.shiftKey) {
      send("open", { id: points.ids[found[2]] });
      return;
    }
    if (found && found[2] < 0) {
      map.setView(map.containerPointToLatLng([found[0], found[1]]), Math.min(map.getZoom() + 2, 17));
      return;
    }
    accuracy = 0;
    place(e.latlng.lat, e.latlng.lng);
    send("click", {
      lat: round(e.latlng.lat), long: round(e.latlng.lng), zoom: map.getZoom(),
      x: Math.round(e.containerPoint.x), y: Math.round(e.containerPoint.y)
    });
  }

  function onHover(e) {
    var found = hit(e.containerPoint);
    map.getContainer().classList.toggle("over-point", found !== null);
    if (!found || found[2] === -1) { hint.hidden = true; return; }
    hint.textContent = found[2] === -2 ? assets[found[3]].label : points.labels[found[2]];
    hint.hidden = false;
    var size = map.getSize();
    hint.style.left = Math.max(4, Math.min(found[0] + 14, size.x - hint.offsetWidth - 4)) + "px";
    hint.style.top = Math.max(4, Math.min(found[1] + 14, size.y - hint.offsetHeight - 4)) + "px";
  }

  var restTimer = 0;

  function onMoved() {
    clearTimeout(restTimer);
    restTimer = setTimeout(function () {
      var b = map.getBounds();
      var c = map.getCenter();
      send("view_changed", {
        lat: round(c.lat), long: round(c.lng), zoom: map.getZoom(),
        south: round(b.getSouth()), west: round(b.getWest()),
        north: round(b.getNorth()), east: round(b.getEast())
      });
    }, 250);
  }

  // --- base map

  var tiles = null;
  var failed = 0;

  var base_ = null;

  function setBase(base) {
    base_ = base;
    if (tiles) { map.removeLayer(tiles); tiles = null; }
    if (base.kind === "vector") {
      tiles = ConsoleBase.layer(base, colours, escapeText(base.attribution));
    } else if (base.kind === "raster") {
      tiles = L.tileLayer(base.url, {
        minNativeZoom: base.min_zoom, maxNativeZoom: base.max_zoom, maxZoom: 19,
        attribution: escapeText(base.attribution)
      });
    } else {
      return;
    }
    tiles.on("tileerror", function () { failed += 1; send("tile_errors", { n: failed }); });
    tiles.addTo(map);
  }

  function escapeText(text) { // Leaflet writes an attribution as HTML
    var holder = document.createElement("span");
    holder.textContent = text;
    return holder.innerHTML;
  }

  // --- messages from the window

  function readWards(json) {
    wards = json.wards.map(function (w) {
      return { code: w.code, label: String(w.label), x: worldX(w.long), y: worldY(w.lat), km2: w.km2 };
    });
    wards.sort(function (a, b) { return b.km2 - a.km2; });
  }

  function readOutlines(json) {
    outlines = {};
    json.features.forEach(function (feature) {
      var g = feature.geometry;
      var polygons = g.type === "Polygon" ? [g.coordinates] : g.coordinates;
      var shape = { rings: [], box: [1, 1, 0, 0] };
      polygons.forEach(function (polygon) {
        polygon.forEach(function (ring) {
          var flat = new Float64Array(ring.length * 2);
          ring.forEach(function (p, i) {
            flat[2 * i] = worldX(p[0]);
            flat[2 * i + 1] = worldY(p[1]);
            shape.box[0] = Math.min(shape.box[0], flat[2 * i]);
            shape.box[1] = Math.min(shape.box[1], flat[2 * i + 1]);
            shape.box[2] = Math.max(shape.box[2], flat[2 * i]);
            shape.box[3] = Math.max(shape.box[3], flat[2 * i + 1]);
          });
          shape.rings.push(flat);
        });
      });
      outlines[String(feature.properties.code)] = shape;
    });
    nameWard();
  }

  function readHeat(json) {
    heat = json.cells.map(function (cell) {
      var flat = [];
      var x = 0;
      var y = 0;
      var wide = [1, 0];
      cell.ring.forEach(function (p) {
        var wx = worldX(p[0]);
        var wy = worldY(p[1]);
        flat.push(wx, wy);
        x += wx / cell.ring.length;
        y += wy / cell.ring.length;
        wide = [Math.min(wide[0], wx), Math.max(wide[1], wx)];
      });
      return { n: cell.n, share: cell.share, ring: flat, x: x, y: y, wide: wide[1] - wide[0] };
    });
  }

  function readNotices(json) {
    notices = json.notices.map(function (n) {
      return {
        label: String(n.label), wards: n.wards.map(String), soon: n.soon === true,
        rings: n.rings.map(function (ring) {
          var flat = [];
          ring.forEach(function (p) { flat.push(worldX(p[0]), worldY(p[1])); });
          return flat;
        })
      };
    });
  }

  function readAssets(json) {
    assets = json.assets.map(function (a) {
      return {
        x: worldX(a.long), y: worldY(a.lat), kind: String(a.kind), code: String(a.code),
        label: String(a.label)
      };
    });
  }

  function readRequests(json) {
    var features = json.features;
    var next = {
      n: features.length, x: new Float64Array(features.length), y: new Float64Array(features.length),
      kind: new Uint8Array(features.length), ids: [], labels: []
    };
    features.forEach(function (feature, i) {
      next.x[i] = worldX(feature.geometry.coordinates[0]);
      next.y[i] = worldY(feature.geometry.coordinates[1]);
      next.kind[i] = Math.max(0, KINDS.indexOf(feature.properties.kind));
      next.ids.push(String(feature.id));
      next.labels.push(String(feature.properties.label));
    });
    points = next;
    if (hint) { hint.hidden = true; }
  }

  var READERS = {
    wards: readWards, outlines: readOutlines, requests: readRequests, heat: readHeat, assets: readAssets,
    notices: readNotices
  };

  function load(message) {
    var begun = performance.now();
    fetch(message.url).then(function (answer) {
      if (!answer.ok) { throw new Error("HTTP " + answer.status + " " + message.url); }
      return answer.json();
    }).then(function (json) {
      READERS[message.layer](json);
      var read = performance.now();
      redraw();
      requestAnimationFrame(function () {
        requestAnimationFrame(function () {
          send("drawn", {
            layer: message.layer, n: (json.features || json.wards || json.cells || json.assets || json.notices).length,
            js_ms: Math.round(read - begun), paint_ms: Math.round(performance.now() - read)
          });
        });
      });
    }).catch(function (error) { report(error, message.url, 0); });
  }

  function readColours() {
    var style = getComputedStyle(document.documentElement);
    ["ground", "grid", "grid-text", "label", "label-halo", "outline", "accent", "urgent", "warn",
      "ok", "closed", "edge", "panel", "text", "border", "green", "built", "water", "water-text",
      "building", "road", "road-edge", "road-main", "road-motor"].forEach(function (name) {
      var key = name.replace(/-(.)/, function (_, letter) { return letter.toUpperCase(); });
      colours[key] = style.getPropertyValue("--" + name).trim();
    });
    sprites = {};
  }

  var HANDLERS = {
    config: function (m) {
      texts = m.texts;
      setBase(m.base);
      var zoomIn = document.querySelector(".leaflet-control-zoom-in");
      var zoomOut = document.querySelector(".leaflet-control-zoom-out");
      [[zoomIn, texts.zoom_in], [zoomOut, texts.zoom_out]].forEach(function (pair) {
        pair[0].title = pair[1];
        pair[0].setAttribute("aria-label", pair[1]);
      });
      map.getContainer().setAttribute("aria-label", texts.map);
      map.getContainer().setAttribute("role", "application");
    },
    theme: function (m) {
      document.documentElement.classList.toggle("night", m.name === "night");
      readColours();
      if (pin) { pin.setIcon(pinIcon()); }
      if (base_ && base_.kind === "vector") { setBase(base_); }
      redraw();
    },
    load: load,
    drop: function (m) {
      if (m.layer === "heat") { heat = null; }
      if (m.layer === "assets") { assets = []; }
      if (hint) { hint.hidden = true; }
      redraw();
      send("ack", { of: m.seq });
    },
    tool: function (m) {
      drawing = m.name === "area";
      measuring = drawing || m.name === "measure";
      way = m.path;
      map.getContainer().classList.toggle("measuring", measuring);
      top_.redraw();
      send("ack", { of: m.seq });
    },
    ring: function (m) {
      ring = m.lat === null ? null : { lat: m.lat, long: m.long, label: m.label };
      top_.redraw();
      send("ack", { of: m.seq });
    },
    pin: function (m) {
      accuracy = m.accuracy_m || 0;
      place(m.lat, m.long);
      if (m.pan && !map.getBounds().pad(-0.1).contains([m.lat, m.long])) {
        map.setView([m.lat, m.long], Math.max(map.getZoom(), 16));
      }
      send("ack", { of: m.seq });
    },
    unpin: function (m) {
      if (pin) { pin.remove(); pin = null; }
      accuracy = 0;
      nameWard();
      redraw();
      send("ack", { of: m.seq });
    },
    view: function (m) {
      map.setView([m.lat, m.long], m.zoom === null ? map.getZoom() : m.zoom, { animate: false });
      send("ack", { of: m.seq });
    },
    wards: function (m) {
      marked = {};
      m.codes.forEach(function (code) { marked[code] = true; });
      redraw();
      send("ack", { of: m.seq });
    },
    nearby: function (m) {
      near = null;
      if (m.radius_m !== null) {
        near = { lat: m.lat, long: m.long, radius_m: m.radius_m, ids: {} };
        m.ids.forEach(function (id) { near.ids[id] = true; });
      }
      top_.redraw();
      send("ack", { of: m.seq });
    },
    ping: function (m) { send("ack", { of: m.seq }); }
  };

  function onMessage(text) {
    var message = JSON.parse(text);
    var handler = message.v === VERSION ? HANDLERS[message.kind] : undefined;
    if (handler) { handler(message); } else { report("unknown message " + message.kind, "", 0); }
  }

  // --- start

  function attach(made) {
    map = made;
    map.attributionControl.setPrefix(false);
    [["ground", 150], ["requests", 450]].forEach(function (pane) {
      map.createPane(pane[0]).style.zIndex = pane[1];
    });
    readColours();
    L.control.zoom({ position: "topright" }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 120 }).addTo(map);
    hint = L.DomUtil.create("div", "hint", map.getContainer());
    hint.hidden = true;
    flag = L.DomUtil.create("div", "flag", map.getContainer());
    flag.hidden = true;
    ground.addTo(map);
    top_.addTo(map);
    map.on("click", onClick);
    map.on("mousemove", onHover);
    map.on("mouseout", function () { hint.hidden = true; });
    map.on("moveend", onMoved);
    map.on("move zoom", placeFlag);
    map.getContainer().addEventListener("keydown", onKey, true);
    map.getContainer().addEventListener("blur", function () { aiming = false; top_.redraw(); }, true);
    new QWebChannel(qt.webChannelTransport, function (channel) {
      bridge = channel.objects.bridge;
      bridge.toJs.connect(onMessage);
      send("ready", {});
    });
  }

  window.ConsoleMap = { attach: attach };
}());
