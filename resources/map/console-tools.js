/* What the map page draws beside requests: heat by hexagon, assets, a measured way, a ring, the pin's
   uncertainty, and the ward under a place. Drawing only; console-map.js owns map and messages. */
(function () {
  "use strict";

  function metres(a, b) { // great circle, good to half a percent
    var toRad = Math.PI / 180;
    var dLat = (b[0] - a[0]) * toRad;
    var dLong = (b[1] - a[1]) * toRad;
    var h = Math.pow(Math.sin(dLat / 2), 2) +
      Math.cos(a[0] * toRad) * Math.cos(b[0] * toRad) * Math.pow(Math.sin(dLong / 2), 2);
    return 2 * 6371008.8 * Math.asin(Math.sqrt(h));
  }

  function length(path) {
    var total = 0;
    for (var i = 1; i < path.length; i++) { total += metres(path[i - 1], path[i]); }
    return total;
  }

  function told(m) {
    if (m < 1000) { return Math.round(m) + " m"; }
    return (m / 1000).toFixed(m < 10000 ? 2 : 1).replace(".", ",") + " km";
  }

  function ringPath(ctx, ring, f) {
    for (var i = 0; i < ring.length; i += 2) {
      var x = ring[i] * f.scale - f.left;
      var y = ring[i + 1] * f.scale - f.top;
      if (i) { ctx.lineTo(x, y); } else { ctx.moveTo(x, y); }
    }
    ctx.closePath();
  }

  var NUMBERED_PX = 34; // a hexagon that is as wide has its number in it

  /* Where the numbers in sight stand, as [x, y, half width, half height]. */
  function heatNumbers(cells, size, f) {
    return cells.filter(function (cell) {
      return cell.wide * f.scale >= NUMBERED_PX;
    }).map(function (cell) {
      return [cell.x * f.scale - f.left, cell.y * f.scale - f.top, 3 + 4 * String(cell.n).length, 9];
    }).filter(function (box) {
      return box[0] > -20 && box[1] > -20 && box[0] < size.x + 20 && box[1] < size.y + 20;
    });
  }

  function drawHeat(ctx, cells, f, colours) {
    ctx.fillStyle = colours.urgent;
    cells.forEach(function (cell) {
      ctx.globalAlpha = 0.10 + 0.55 * cell.share;
      ctx.beginPath();
      ringPath(ctx, cell.ring, f);
      ctx.fill();
    });
    ctx.globalAlpha = 1;
    ctx.font = "bold 11px 'Noto Sans', 'DejaVu Sans', sans-serif";
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    cells.forEach(function (cell) {
      if (cell.wide * f.scale < NUMBERED_PX) { return; }
      var x = cell.x * f.scale - f.left;
      var y = cell.y * f.scale - f.top;
      ctx.lineWidth = 3;
      ctx.strokeStyle = colours.labelHalo;
      ctx.strokeText(String(cell.n), x, y);
      ctx.fillStyle = colours.text;
      ctx.fillText(String(cell.n), x, y);
    });
  }

  /* Shape by kind, so that they are told apart without colour: lamp = star of light, manhole = ring,
     tree = triangle, stop = flag. */
  function drawAsset(ctx, kind, x, y, colours) {
    ctx.lineWidth = 1.5;
    ctx.fillStyle = colours.panel;
    ctx.strokeStyle = colours.accent;
    ctx.beginPath();
    if (kind === "tree") {
      ctx.moveTo(x, y - 6);
      ctx.lineTo(x + 5, y + 4);
      ctx.lineTo(x - 5, y + 4);
      ctx.closePath();
    } else if (kind === "bus_stop") {
      ctx.rect(x - 4.5, y - 4.5, 9, 9);
    } else {
      ctx.arc(x, y, kind === "lamp" ? 4 : 5, 0, 2 * Math.PI);
    }
    ctx.fill();
    ctx.stroke();
    ctx.beginPath();
    if (kind === "lamp") {
      for (var i = 0; i < 8; i++) {
        var a = i * Math.PI / 4;
        ctx.moveTo(x + 5 * Math.cos(a), y + 5 * Math.sin(a));
        ctx.lineTo(x + 7.5 * Math.cos(a), y + 7.5 * Math.sin(a));
      }
    } else if (kind === "manhole") {
      ctx.moveTo(x - 3, y - 1.5);
      ctx.lineTo(x + 3, y - 1.5);
      ctx.moveTo(x - 3, y + 1.5);
      ctx.lineTo(x + 3, y + 1.5);
    } else if (kind === "bus_stop") {
      ctx.moveTo(x - 2.5, y - 1.5);
      ctx.lineTo(x + 2.5, y - 1.5);
      ctx.moveTo(x - 2.5, y + 1.5);
      ctx.lineTo(x + 2.5, y + 1.5);
    }
    ctx.stroke();
  }

  function tag(ctx, text, x, y, colours) {
    ctx.font = "bold 12px 'Noto Sans', 'DejaVu Sans', sans-serif";
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    var wide = ctx.measureText(text).width + 12;
    ctx.fillStyle = colours.panel;
    ctx.strokeStyle = colours.border;
    ctx.lineWidth = 1;
    ctx.fillRect(x, y - 10, wide, 20);
    ctx.strokeRect(x + 0.5, y - 9.5, wide - 1, 19);
    ctx.fillStyle = colours.text;
    ctx.fillText(text, x + 6, y + 0.5);
  }

  function drawWay(ctx, path, spot, colours) {
    if (!path.length) { return; }
    var at = path.map(spot);
    ctx.lineJoin = ctx.lineCap = "round";
    [[6, colours.labelHalo], [3, colours.accent]].forEach(function (pen) {
      ctx.lineWidth = pen[0];
      ctx.strokeStyle = pen[1];
      ctx.beginPath();
      at.forEach(function (p, i) { if (i) { ctx.lineTo(p.x, p.y); } else { ctx.moveTo(p.x, p.y); } });
      ctx.stroke();
    });
    at.forEach(function (p) {
      ctx.beginPath();
      ctx.arc(p.x, p.y, 4, 0, 2 * Math.PI);
      ctx.fillStyle = colours.panel;
      ctx.fill();
      ctx.lineWidth = 2;
      ctx.strokeStyle = colours.accent;
      ctx.stroke();
    });
    var last = at[at.length - 1];
    tag(ctx, told(length(path)), last.x + 10, last.y, colours);
  }

  /* An area that is being drawn, closed. */
  function drawArea(ctx, path, spot, colours) {
    var at = path.map(spot);
    ctx.beginPath();
    at.forEach(function (p, i) { if (i) { ctx.lineTo(p.x, p.y); } else { ctx.moveTo(p.x, p.y); } });
    ctx.closePath();
    ctx.fillStyle = ctx.strokeStyle = colours.warn;
    ctx.globalAlpha = 0.2;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.lineWidth = 2.5;
    ctx.stroke();
    ctx.fillStyle = colours.panel;
    at.forEach(function (p) {
      ctx.beginPath();
      ctx.arc(p.x, p.y, 4, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    });
  }

  function grown(box, x, y) {
    return [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
  }

  /* The path of a notice's area, and its box in the world square; a ward without an outline has a
     circle around its name. */
  function noticePath(ctx, notice, outlines, wards, f) {
    var box = [Infinity, Infinity, -Infinity, -Infinity];
    var reach = 34 / f.scale;
    ctx.beginPath();
    notice.rings.forEach(function (ring) {
      ringPath(ctx, ring, f);
      for (var i = 0; i < ring.length; i += 2) { box = grown(box, ring[i], ring[i + 1]); }
    });
    notice.wards.forEach(function (code) {
      var shape = outlines[code];
      var ward = wards.find(function (w) { return w.code === code; });
      if (shape) {
        shape.rings.forEach(function (ring) { ringPath(ctx, ring, f); });
        box = grown(grown(box, shape.box[0], shape.box[1]), shape.box[2], shape.box[3]);
      } else if (ward) {
        ctx.moveTo((ward.x + reach) * f.scale - f.left, ward.y * f.scale - f.top);
        ctx.arc(ward.x * f.scale - f.left, ward.y * f.scale - f.top, 34, 0, 2 * Math.PI);
        box = grown(grown(box, ward.x - reach, ward.y - reach), ward.x + reach, ward.y + reach);
      }
    });
    return box;
  }

  var TITLE_FONT = "bold 12px 'Noto Sans', 'DejaVu Sans', sans-serif";

  // In the middle of the area; of one that is partly in sight, inside the view.
  function titleSpot(box, half, f) {
    var x = (box[0] + box[2]) / 2 * f.scale - f.left;
    var y = (box[1] + box[3]) / 2 * f.scale - f.top + 24;
    var shows = box[2] * f.scale > f.left && box[0] * f.scale < f.left + f.width &&
      box[3] * f.scale > f.top && box[1] * f.scale < f.top + f.height;
    if (!shows) { return [x, y]; }
    return [Math.max(half + 6, Math.min(x, f.width - half - 6)), Math.max(16, Math.min(y, f.height - 16))];
  }

  /* Where the titles of notices stand: [x, y, half width, half height]. */
  function noticeTitles(ctx, notices, outlines, wards, f) {
    ctx.font = TITLE_FONT;
    return notices.map(function (notice) {
      var half = ctx.measureText(notice.label).width / 2;
      var at = titleSpot(noticePath(ctx, notice, outlines, wards, f), half, f);
      return [at[0], at[1], half + 4, 9];
    });
  }

  /* Areas that something is told of. */
  function drawNotices(ctx, notices, outlines, wards, f, colours) {
    notices.forEach(function (notice) {
      var box = noticePath(ctx, notice, outlines, wards, f);
      if (box[0] > box[2]) { return; }
      ctx.fillStyle = ctx.strokeStyle = colours.warn;
      ctx.globalAlpha = notice.soon ? 0.08 : 0.16;
      ctx.fill();
      ctx.globalAlpha = 1;
      ctx.lineWidth = 2;
      ctx.setLineDash(notice.soon ? [2, 4] : []);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.font = TITLE_FONT;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.lineWidth = 3;
      ctx.strokeStyle = colours.labelHalo;
      var at = titleSpot(box, ctx.measureText(notice.label).width / 2, f);
      ctx.strokeText(notice.label, at[0], at[1]);
      ctx.fillText(notice.label, at[0], at[1]);
    });
  }

  function drawRing(ctx, x, y, label, colours) {
    [[5, colours.labelHalo], [3, colours.accent]].forEach(function (pen) {
      ctx.beginPath();
      ctx.arc(x, y, 14, 0, 2 * Math.PI);
      ctx.lineWidth = pen[0];
      ctx.strokeStyle = pen[1];
      ctx.stroke();
    });
    if (label) { tag(ctx, label, x + 20, y, colours); }
  }

  function drawUncertain(ctx, x, y, radius, colours) {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.globalAlpha = 0.12;
    ctx.fillStyle = colours.urgent;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.setLineDash([5, 4]);
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = colours.urgent;
    ctx.stroke();
    ctx.setLineDash([]);
  }

  function inside(ring, x, y) {
    var odd = false;
    for (var i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      if ((ring[i + 1] > y) !== (ring[j + 1] > y) &&
          x < (ring[j] - ring[i]) * (y - ring[i + 1]) / (ring[j + 1] - ring[i + 1]) + ring[i]) {
        odd = !odd;
      }
    }
    return odd;
  }

  /* Code of the outline around a point of the world square, or null. */
  function wardAt(outlines, x, y) {
    return Object.keys(outlines).find(function (code) {
      var shape = outlines[code];
      if (x < shape.box[0] || x > shape.box[2] || y < shape.box[1] || y > shape.box[3]) { return false; }
      return shape.rings.filter(function (ring) { return inside(ring, x, y); }).length % 2 === 1;
    }) || null;
  }

  window.ConsoleTools = {
    length: length, told: told, drawHeat: drawHeat, heatNumbers: heatNumbers, drawAsset: drawAsset, drawWay: drawWay,
    drawArea: drawArea, drawNotices: drawNotices, noticeTitles: noticeTitles,
    drawRing: drawRing, drawUncertain: drawUncertain, wardAt: wardAt
  };
}());
