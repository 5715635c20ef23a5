"use strict";
(() => {
  const STEP = 5;
  const FINE_STEP = 1;
  const REST_AFTER_SCROLL = 4000;
  const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

  function clock(seconds) {
    const whole = Math.floor(Math.max(0, seconds));
    return Math.floor(whole / 60) + ":" + String(whole % 60).padStart(2, "0");
  }

  /** The index of the last number of a rising list that is at most the value, or -1. */
  function lastAtMost(numbers, value) {
    let low = 0;
    let high = numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Lyrics whose letters light up as the song plays. */
  class Lyrics {
    constructor(box, track, seek) {
      this.box = box;
      this.track = track;
      this.current = -1;
      this.scrolled = -Infinity;
      this.letters = [];
      this.lineStarts = [];
      this.build();
      box.addEventListener("click", event => {
        const letter = event.target.closest(".letter");
        if (letter && getSelection().isCollapsed) this.goTo(Number(letter.dataset.index), seek);
      });
      box.addEventListener("keydown", event => {
        if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
        if (event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        this.scrolled = -Infinity;
        const line = lastAtMost(this.lineStarts, Math.max(0, this.current));
        const next = line + (event.key === "ArrowUp" ? -1 : this.current < 0 ? 0 : 1);
        const last = this.lineStarts.length - 1;
        if (last >= 0) this.goTo(this.lineStarts[Math.max(0, Math.min(last, next))], seek);
      });
      for (const kind of ["wheel", "touchmove", "pointerdown"]) {
        box.addEventListener(kind, () => { this.scrolled = performance.now(); }, { passive: true });
      }
    }

    /** One element for each letter; a screen reader is given the text as a whole. */
    build() {
      const text = this.track.lyrics;
      const spoken = document.createElement("span");
      spoken.className = "spoken";
      spoken.textContent = text;
      const shown = document.createElement("span");
      shown.setAttribute("aria-hidden", "true");
      let lineEmpty = true;
      for (let i = 0; i < text.length;) {
        const character = String.fromCodePoint(text.codePointAt(i));
        const letter = document.createElement("span");
        letter.className = character.trim() ? "letter" : "letter blank";
        letter.dataset.index = i;
        letter.textContent = character;
        for (let k = 0; k < character.length; k++) this.letters[i + k] = letter;
        shown.append(letter);
        if (character === "\n") {
          lineEmpty = true;
        } else if (lineEmpty && character.trim()) {
          this.lineStarts.push(i);
          lineEmpty = false;
        }
        i += character.length;
      }
      this.box.replaceChildren(spoken, shown);
      this.box.classList.add("timed");
    }

    /** Seeks to the moment at which a letter is sung, or is passed over. */
    goTo(index, seek) {
      const { times, characters } = this.track;
      let entry = characters.findIndex(character => character >= index);
      if (entry < 0) entry = characters.length - 1;
      if (entry >= 0) seek(times[entry] / 1000);
    }

    show(seconds) {
      const { times, characters } = this.track;
      // The step of a time is looked up in whole milliseconds, as it is kept.
      const entry = lastAtMost(times, Math.round(seconds * 1000));
      const index = entry < 0 ? -1 : characters[entry];
      if (index === this.current) return;
      this.letters[this.current]?.classList.remove("now");
      const forward = index > this.current;
      const from = forward ? this.current + 1 : index + 1;
      const to = forward ? index : this.current;
      for (let i = from; i <= to; i++) this.letters[i].classList.toggle("sung", forward);
      this.letters[index]?.classList.add("now");
      this.current = index;
      this.keepVisible();
    }

    keepVisible() {
      if (performance.now() - this.scrolled < REST_AFTER_SCROLL) return;
      const letter = this.letters[Math.max(0, this.current)];
      if (!letter) return;
      const top = letter.offsetTop + letter.offsetHeight / 2 - this.box.clientHeight / 2;
      if (Math.abs(top - (this.wanted ?? -1)) < 1) return;
      this.wanted = top;
      this.box.scrollTo({ top, behavior: reducedMotion.matches ? "auto" : "smooth" });
    }
  }

  /** One song: its player, its pictures and its lyrics. */
  class Song {
    constructor(article) {
      this.article = article;
      this.name = article.dataset.name;
      this.seconds = Number(article.dataset.seconds);
      this.audio = article.querySelector("audio");
      this.button = article.querySelector(".play");
      this.slider = article.querySelector(".seek");
      this.cursor = article.querySelector(".cursor");
      this.ghost = article.querySelector(".ghost");
      this.veil = article.querySelector(".veil");
      this.at = article.querySelector(".clock .at");
      this.volume = article.querySelector(".volume");
      const track = JSON.parse(article.querySelector("script").textContent);
      this.lyrics = track.times.length > 0
        ? new Lyrics(article.querySelector(".lyrics"), track, seconds => this.seek(seconds))
        : null;
      this.frame = 0;
      this.playerControls();
      this.sliderControls();
      this.draw();
    }

    playerControls() {
      this.audio.controls = false;
      this.audio.hidden = true;
      this.button.hidden = false;
      this.volume.hidden = false;
      this.button.addEventListener("click", () => this.toggle());
      const volume = this.volume.querySelector("input");
      volume.addEventListener("input", () => { this.audio.volume = Number(volume.value); });
      this.audio.addEventListener("play", () => this.playing(true));
      this.audio.addEventListener("pause", () => this.playing(false));
      this.audio.addEventListener("ended", () => this.playing(false));
      this.audio.addEventListener("seeked", () => this.draw());
      this.audio.addEventListener("timeupdate", () => this.draw());
      this.audio.addEventListener("error", () => { this.at.textContent = "no sound"; });
    }

    sliderControls() {
      const slider = this.slider;
      const time = event => {
        const box = slider.getBoundingClientRect();
        const share = (event.clientX - box.left) / box.width;
        return Math.max(0, Math.min(1, share)) * this.seconds;
      };
      slider.addEventListener("pointerdown", event => {
        if (event.button !== 0) return;
        slider.setPointerCapture(event.pointerId);
        this.seek(time(event));
      });
      slider.addEventListener("pointermove", event => {
        if (slider.hasPointerCapture(event.pointerId)) this.seek(time(event));
        this.hover(time(event));
      });
      slider.addEventListener("pointerleave", () => { this.ghost.hidden = true; });
      slider.addEventListener("keydown", event => {
        const page = this.seconds / 10;
        const to = {
          Home: 0, End: this.seconds, PageUp: this.time + page, PageDown: this.time - page,
          ArrowUp: this.time + STEP, ArrowDown: this.time - STEP,
        }[event.key];
        if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        this.seek(to);
      });
    }

    /** Where the song is: where it was sent while the sound has not got there yet. */
    get time() {
      return this.audio.seeking && this.target !== undefined ? this.target : this.audio.currentTime;
    }

    seek(seconds) {
      active = this;
      this.target = Math.max(0, Math.min(this.seconds, seconds));
      this.audio.currentTime = this.target;
      this.draw();
    }

    toggle() {
      active = this;
      if (!this.audio.paused) {
        this.audio.pause();
        return;
      }
      for (const song of songs) if (song !== this) song.audio.pause();
      this.audio.play().catch(() => this.playing(false));
    }

    playing(is) {
      this.article.classList.toggle("playing", is);
      this.button.setAttribute("aria-label", (is ? "Pause " : "Play ") + this.name);
      cancelAnimationFrame(this.frame);
      const next = () => {
        this.draw();
        this.frame = requestAnimationFrame(next);
      };
      if (is) next();
      else this.draw();
    }

    draw() {
      const time = this.time;
      const share = this.seconds > 0 ? Math.min(1, time / this.seconds) : 0;
      const move = "translateX(" + (100 * share).toFixed(3) + "%)";
      this.cursor.style.transform = move;
      this.veil.style.transform = move;
      this.lyrics?.show(time);
      const shown = clock(time);
      if (this.at.textContent !== shown) {
        this.at.textContent = shown;
        this.slider.setAttribute("aria-valuenow", time.toFixed(1));
        this.slider.setAttribute("aria-valuetext", shown + " of " + clock(this.seconds));
      }
    }

    hover(seconds) {
      const share = this.seconds > 0 ? seconds / this.seconds : 0;
      this.ghost.hidden = false;
      this.ghost.classList.toggle("left", share > 0.8);
      this.ghost.style.transform = "translateX(" + 100 * share + "%)";
      this.ghost.firstElementChild.textContent = clock(seconds);
    }
  }

  let active = null;
  const songs = Array.from(document.querySelectorAll(".song"), article => new Song(article));

  document.addEventListener("focusin", event => {
    const article = event.target.closest(".song");
    if (article) active = songs.find(song => song.article === article);
  });
  document.addEventListener("keydown", event => {
    const song = active ?? songs[0];
    if (!song || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === " ") {
      // A button that has the focus is pressed by this key itself.
      if (event.target.closest("button")) return;
      event.preventDefault();
      if (!event.repeat) song.toggle();
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      event.preventDefault();
      const step = event.shiftKey ? FINE_STEP : STEP;
      song.seek(song.time + (event.key === "ArrowLeft" ? -step : step));
    }
  });
})();
