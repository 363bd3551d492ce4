/* Five tones told apart with closed eyes, none like a scanner's own beep (one short tone above 2.5 kHz). */
"use strict";
(() => {
  /* [wave, [frequency in Hz, start and length in seconds] …] */
  const TONES = {
    done: ["sine", [660, 0, 0.09], [990, 0.1, 0.16]],                                      // two steps up
    attention: ["triangle", [740, 0, 0.14], [740, 0.24, 0.14]],                            // knock, knock
    refused: ["square", [330, 0, 0.18], [196, 0.19, 0.42]],                                // a long step down
    already: ["sine", [880, 0, 0.05], [880, 0.1, 0.05], [880, 0.2, 0.05]],                 // three quick dots
    trouble: ["sawtooth", [520, 0, 0.22], [390, 0.22, 0.22], [520, 0.44, 0.22], [390, 0.66, 0.22]], // a siren
  };
  let context = null;
  const wake = () => {
    context = context || new AudioContext();
    if (context.state === "suspended") context.resume();
    return context;
  };
  for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, wake, { passive: true });

  window.playTone = (name, quiet = false) => {
    const [wave, ...notes] = TONES[name] || TONES.attention;
    const sound = wake();
    const loud = wave === "sine" || wave === "triangle" ? 0.5 : 0.22;
    const level = quiet ? loud / 5 : loud;
    for (const [frequency, start, length] of notes) {
      const tone = sound.createOscillator();
      const volume = sound.createGain();
      const from = sound.currentTime + start;
      tone.type = wave;
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(level, from + 0.01);
      volume.gain.setValueAtTime(level, from + length - 0.02);
      volume.gain.linearRampToValueAtTime(0, from + length);
      tone.connect(volume).connect(sound.destination);
      tone.start(from);
      tone.stop(from + length);
    }
    document.dispatchEvent(new CustomEvent("station:tone", { detail: name }));
  };

  const said = document.querySelector("[data-said][data-tone]");
  if (said && sessionStorage.getItem("said") !== said.dataset.said) {
    if (said.dataset.said !== "refused") sessionStorage.setItem("said", said.dataset.said);
    window.playTone(said.dataset.tone);
  }
})();
