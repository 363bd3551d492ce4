/* A board to sign on with a finger, a pen or the mouse. Each stroke is kept in the form at once as a picture; what was drawn
   stays when the page around it is read anew, and comes back with a form that was refused. */
"use strict";
(() => {
  const drawn = new Map(); // form → its strokes, each a list of points on the board
  const before = new Map(); // form → the picture that came back with it
  let stroke = null, pen = null, under = null; // the stroke that is being drawn, by which pen, on which board
  const strokes = (board) => {
    if (!drawn.has(board.dataset.signature)) drawn.set(board.dataset.signature, []);
    return drawn.get(board.dataset.signature);
  };
  const boards = () => [...document.querySelectorAll("canvas[data-signature]")];
  const board = () => boards().find((canvas) => canvas.dataset.signature === under);
  const field = (canvas) => canvas.closest("form").elements[canvas.dataset.signed || "signature"];
  const draw = (canvas) => {
    const ink = canvas.getContext("2d");
    ink.clearRect(0, 0, canvas.width, canvas.height);
    const signed = before.get(canvas.dataset.signature);
    if (signed) ink.drawImage(signed, 0, 0, canvas.width, canvas.height);
    Object.assign(ink, { lineWidth: 7, lineCap: "round", lineJoin: "round", strokeStyle: "#000", fillStyle: "#000" });
    for (const points of strokes(canvas)) {
      ink.beginPath();
      if (points.length === 1) ink.arc(points[0][0], points[0][1], 3.5, 0, 7), ink.fill();
      else { ink.moveTo(...points[0]); for (const point of points.slice(1)) ink.lineTo(...point); ink.stroke(); }
    }
  };
  const isSigned = (canvas) => strokes(canvas).length > 0 || before.has(canvas.dataset.signature);
  const keep = (canvas) => {
    field(canvas).value = isSigned(canvas) ? canvas.toDataURL("image/png") : "";
  };
  const place = (canvas, event) => {
    const frame = canvas.getBoundingClientRect();
    return [
      Math.round((event.clientX - frame.left) * canvas.width / frame.width),
      Math.round((event.clientY - frame.top) * canvas.height / frame.height),
    ];
  };
  document.addEventListener("pointerdown", (event) => {
    const canvas = event.target.closest && event.target.closest("canvas[data-signature]");
    if (!canvas || stroke) return;
    event.preventDefault();
    stroke = [place(canvas, event)];
    pen = event.pointerId;
    under = canvas.dataset.signature;
    strokes(canvas).push(stroke);
    draw(canvas);
  });
  document.addEventListener("pointermove", (event) => {
    const canvas = board();
    if (!stroke || event.pointerId !== pen || !canvas) return;
    stroke.push(place(canvas, event));
    draw(canvas);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, (event) => {
      if (!stroke || event.pointerId !== pen) return;
      stroke = pen = null;
      if (board()) keep(board());
    });
  }
  document.addEventListener("click", (event) => {
    const clear = event.target.closest && event.target.closest("[data-signature-clear]");
    if (!clear) return;
    const canvas = (clear.closest("[data-signature-place]") || clear.closest("form")).querySelector("canvas[data-signature]");
    strokes(canvas).length = 0;
    before.delete(canvas.dataset.signature);
    draw(canvas);
    keep(canvas);
  });
  const again = () => { for (const canvas of boards()) if (isSigned(canvas)) { draw(canvas); if (!stroke) keep(canvas); } };
  const comeBack = async (canvas) => {
    const sent = field(canvas).value.split(";base64,")[1];
    if (!sent) return;
    try {
      const bytes = Uint8Array.from(atob(sent), (letter) => letter.charCodeAt(0));
      before.set(canvas.dataset.signature, await createImageBitmap(new Blob([bytes])));
    } catch { return; } // no picture: it is signed again
    again();
  };
  document.addEventListener("station:swapped", again);
  boards().forEach(comeBack);
})();
