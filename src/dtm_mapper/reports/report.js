"use strict";
{
  const filter = document.querySelector(".filter");
  const [words, state] = filter.querySelectorAll("input, select");
  const output = filter.querySelector("output");
  const nothing = document.getElementById("nothing");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  let sections;

  // The texts are gathered once, when they are first looked for.
  const gathered = () =>
    (sections ??= [...document.querySelectorAll(".lines")].map((section) => {
      const title = section.querySelector("h3").textContent;
      const lines = [...section.querySelectorAll("tbody tr")];
      return { section, lines: lines.map((line) => ({ line, text: plain(`${title} ${line.textContent}`) })) };
    }));

  const show = () => {
    const wanted = plain(words.value).split(/\s+/);
    let all = 0;
    let shown = 0;
    for (const { section, lines } of gathered()) {
      let here = 0;
      for (const { line, text } of lines) {
        const matches =
          (!state.value || line.dataset.state === state.value) && wanted.every((word) => text.includes(word));
        line.hidden = !matches;
        here += matches;
      }
      section.hidden = here < 1;
      all += lines.length;
      shown += here;
    }
    nothing.hidden = shown > 0;
    // Paper says what was filtered, too.
    filter.classList.toggle("in-use", Boolean(words.value || state.value));
    output.value = filter.dataset.shown.replace("{shown}", shown).replace("{all}", all);
  };

  words.addEventListener("input", show);
  state.addEventListener("change", show);
  filter.hidden = false;
}
