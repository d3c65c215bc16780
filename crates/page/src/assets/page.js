// What the page does beyond its links: / to the search box, n and p from hit to hit, copying. All works without it.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("script");
  const isZh = root.lang.startsWith("zh");
  const box = document.getElementById("q");
  const live = document.getElementById("live");

  // An input method ends a word with Enter: that is not yet the question.
  let composing = false;
  if (box) {
    box.addEventListener("compositionstart", () => { composing = true; });
    box.addEventListener("compositionend", () => { composing = false; });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.isComposing || composing || event.keyCode === 229)) event.preventDefault();
    });
    box.form.addEventListener("submit", (event) => {
      if (composing || !box.value.trim()) event.preventDefault();
    });
  }

  // On a narrow window what narrows down, and the outline, stand above the text: they wait until they are wanted.
  if (matchMedia("(max-width: 54rem)").matches) {
    for (const details of document.querySelectorAll(".facets, .outline > details")) details.open = false;
  }
  // Paper has room for whole passages.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll(".text details")) details.open = true;
  });
  const views = document.querySelector(".views");
  const view = views?.querySelector("[aria-current]");
  if (view) views.scrollLeft = view.offsetLeft - (views.clientWidth - view.clientWidth) / 2;

  // Years begin with the oldest; what is looked at first is the newest, or the one that is chosen.
  for (const wide of document.querySelectorAll(".years, .scroll")) {
    const chosen = wide.querySelector(":scope > [aria-current]");
    if (chosen) wide.scrollLeft = chosen.offsetLeft - (wide.clientWidth - chosen.clientWidth) / 2;
    else if (wide.matches(".years") || wide.querySelector(".grid")) wide.scrollLeft = wide.scrollWidth;
  }

  const marks = [...document.querySelectorAll(".body mark")];
  const at = document.querySelector("[data-at]");
  let current = -1;
  const step = (by) => {
    if (!marks.length) return;
    if (current >= 0) marks[current].classList.remove("current");
    current = (current + by + marks.length + (current < 0 && by < 0 ? 1 : 0)) % marks.length;
    const mark = marks[current];
    mark.classList.add("current");
    mark.scrollIntoView({ block: "center" });
    if (at) at.textContent = `${current + 1} / ${marks.length}`;
    if (live) live.textContent = `${current + 1} / ${marks.length}`;
  };
  if (at && marks.length) {
    at.textContent = `– / ${marks.length}`;
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const first = target ? marks.findIndex((mark) => target.contains(mark)) : -1;
    if (first >= 0) current = first - 1;
  }
  for (const button of document.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "/" && box) { event.preventDefault(); box.focus(); box.select(); }
    if (event.key === "n") step(1);
    if (event.key === "p") step(-1);
  });

  // What a button shows comes back a moment after it has said what it did, however often it is pressed meanwhile.
  const shown = new Map();
  const copy = async (text, button) => {
    let said = isZh ? "已复制" : "Copied";
    try { await navigator.clipboard.writeText(text); } catch { said = isZh ? "无法复制" : "Not copied"; }
    const before = shown.get(button);
    clearTimeout(before?.timer);
    const nodes = before?.nodes ?? [...button.childNodes];
    button.replaceChildren(said);
    if (live) live.textContent = said;
    const timer = setTimeout(() => { button.replaceChildren(...nodes); shown.delete(button); }, 1500);
    shown.set(button, { nodes, timer });
  };
  for (const button of document.querySelectorAll("[data-copy-from]")) {
    button.addEventListener("click", () => copy(document.getElementById(button.dataset.copyFrom).textContent, button));
  }
  for (const button of document.querySelectorAll("[data-cite]")) {
    button.addEventListener("click", () => {
      const text = button.closest(".passage").querySelector(".full").textContent;
      copy(`“${text}”\n——${button.dataset.cite}`, button);
    });
  }
})();
