/* Sociarium: keys, live pages and small comforts. Pages can be read without any of it. */
(function () {
  "use strict";

  var page = document.documentElement;
  var main = document.getElementById("main");
  if (!main) { return; }

  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }
  function one(selector, within) { return (within || document).querySelector(selector); }

  /* ---------- what is current: a message, a row ---------- */
  var current = null;

  function rows() { return all("[data-row]", main); }

  function mark(row, scroll) {
    if (current) { current.classList.remove("current"); }
    current = row;
    if (!row) { return; }
    row.classList.add("current");
    if (scroll) {
      row.scrollIntoView({ block: "nearest" });
      var target = one("[data-open]", row) || one("a.no", row) || one("a", row);
      if (target) { target.focus({ preventScroll: true }); }
    }
    follow();
  }

  function firstInView(list) {
    for (var at = 0; at < list.length; at += 1) {
      if (list[at].getBoundingClientRect().bottom > 140) { return at; }
    }
    return list.length - 1;
  }

  function step(by, filter) {
    var list = rows().filter(filter || function () { return true; });
    if (!list.length) { return; }
    var at = list.indexOf(current);
    if (at < 0 && current && filter) {
      /* From a message without a flag: the next one that stands behind it. */
      var behind = list.filter(function (row) {
        return Boolean(current.compareDocumentPosition(row) & 4) === (by > 0);
      });
      mark(behind.length ? behind[by > 0 ? 0 : behind.length - 1] : list[0], true);
      return;
    }
    at = at < 0 ? firstInView(list) : at + by;
    mark(list[Math.max(0, Math.min(at, list.length - 1))], true);
  }

  function stepDay(by) {
    var links = all("[data-days] a");
    if (links.length) {
      var to = links[links.findIndex(function (link) { return link.hasAttribute("aria-current"); }) + by];
      if (to) { to.click(); }
      return;
    }
    var days = all("[data-day]", main);
    if (!days.length) { return; }
    var here = current && current.closest("[data-day]");
    var at = here ? days.indexOf(here) + by : 0;
    var day = days[Math.max(0, Math.min(at, days.length - 1))];
    day.scrollIntoView({ block: "start" });
    mark(one("[data-row]", day), true);
  }

  /* ---------- the score and its slider ---------- */
  var scrub = null;

  function messages() { return all("article.turn", main); }

  function showScrub() {
    scrub = document.getElementById("scrub");
    if (!scrub) { return; }
    one(".scrub").hidden = false;
    scrub.addEventListener("input", function () {
      var row = messages()[Number(scrub.value) - 1];
      if (row) {
        row.scrollIntoView({ block: "center" });
        mark(row, false);
      }
    });
    follow();
  }

  function follow() {
    all("[data-bar].on").forEach(function (bar) { bar.classList.remove("on"); });
    if (!current || !current.id) { return; }
    var bar = one('[data-bar="' + current.id + '"]');
    if (bar) { bar.classList.add("on"); }
    var list = messages();
    var at = list.indexOf(current);
    if (!scrub || at < 0) { return; }
    var day = current.closest("[data-day]");
    var dayText = day ? "day " + day.getAttribute("data-day") : "";
    var number = current.getAttribute("data-no");
    scrub.max = String(list.length);
    scrub.value = String(at + 1);
    scrub.setAttribute("aria-valuetext", "message " + number + ", " + dayText);
    one("#scrub-text").textContent = "Turn " + (at + 1) + " of " + list.length + ", message " + number;
    one("#scrub-day").textContent = dayText;
  }

  /* ---------- the slider over the days of a feed: its links say the same ---------- */
  all("[data-days]").forEach(function (bar) {
    var links = all("a", bar);
    if (links.length < 3) { return; }
    var slide = document.createElement("input");
    slide.type = "range";
    slide.min = "0";
    slide.max = String(links.length - 1);
    slide.value = String(links.findIndex(function (link) { return link.hasAttribute("aria-current"); }));
    slide.setAttribute("aria-label", "Day");
    slide.addEventListener("change", function () { links[Number(slide.value)].click(); });
    bar.insertAdjacentElement("afterend", slide);
  });

  /* ---------- folds that are loaded when they are opened ---------- */
  function load(fold, note) {
    var address = fold.getAttribute("data-load");
    if (!address || fold.dataset.loaded) { return; }
    fold.dataset.loaded = "yes";
    var link = one("p", fold);
    if (!note) {
      note = fold.appendChild(document.createElement("p"));
      note.className = "missing";
      note.setAttribute("role", "status");
      note.textContent = "It is being fetched.";
    }
    fetch(address, { credentials: "same-origin" }).then(function (answer) {
      return answer.text().then(function (text) {
        if (answer.ok && answer.status !== 202) {
          note.remove();
          /* What it leads to stands here now; it goes where the head of the part leads there, too. */
          if (link && all("a", fold.parentNode).some(function (other) {
            return !fold.contains(other) && other.href === one("a", link).href;
          })) { link.hidden = true; }
          fold.insertAdjacentHTML("beforeend", text);
          if (fold.classList.contains("results")) { resultsDone = runsDone; }
          var field = one("textarea", fold);
          if (field) { field.focus(); }
          return;
        }
        var sent = new DOMParser().parseFromString(text, "text/html");
        if (answer.status === 202) {
          /* It is being read: it is asked for again, as a page of its own would be. */
          note.textContent = one("main h1", sent).textContent;
          setTimeout(function () { delete fold.dataset.loaded; load(fold, note); }, 1000);
          return;
        }
        note.textContent = (one("main p", sent) || sent.body).textContent;
      });
    }).catch(function () {
      delete fold.dataset.loaded;
      note.remove();
      if (link) { link.textContent = "The server does not answer; open this again later."; }
    });
  }

  document.addEventListener("toggle", function (event) {
    if (event.target.open) { load(event.target); }
  }, true);
  /* What stands open was opened before this script listened. */
  all("details[open][data-load]").forEach(function (fold) { load(fold); });

  function toggle(selector) {
    var fold = current && one(selector, current);
    if (fold) { fold.open = !fold.open; }
  }

  /* ---------- stars, in place ---------- */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.classList.contains("starring")) { return; }
    event.preventDefault();
    var button = one("button", form);
    var sent = new URLSearchParams(new FormData(form));
    sent.set("star", button.value);
    fetch(form.action, { method: "POST", body: sent, credentials: "same-origin", redirect: "manual" }).then(function (answer) {
      if (answer.type !== "opaqueredirect" && !answer.ok) { form.submit(); return; }
      var on = button.value === "1";
      button.setAttribute("aria-pressed", String(on));
      button.value = on ? "0" : "1";
    }).catch(function () { form.submit(); });
  });

  /* ---------- colours ---------- */
  var theme = document.getElementById("theme");
  if (theme) {
    var set = one("button", theme);
    if (set) { set.hidden = true; }
    theme.addEventListener("change", function () { theme.submit(); });
  }

  /* ---------- live pages ---------- */
  var source = null;
  var unseen = 0;
  var firstUnseen = "";
  var said = 0;
  var later = null;

  function put(id, html) {
    var place = document.getElementById(id);
    if (!place) { return; }
    if (pushes(place, html)) { held[id] = html; offer(); return; }
    delete held[id];
    var inside = place.contains(document.activeElement) && document.activeElement !== place;
    place.innerHTML = html;
    if (html.trim()) { place.hidden = false; }
    if (inside) {
      var target = one("a, button", place);
      if (target) { target.focus({ preventScroll: true }); }
    }
  }

  /* What would move what is read is not put in before the reader wants it: `held`, by the id of its place. */
  var held = {};
  var runsDone = 0;
  var resultsDone = 0;

  function pushes(place, html) {
    var box = place.getBoundingClientRect();
    if (!place.hasAttribute("data-offer") || box.bottom < 0 || box.bottom > window.innerHeight) { return false; }
    var trial = place.cloneNode(false);
    trial.removeAttribute("id");
    trial.className = "trial";
    trial.style.width = box.width + "px";
    trial.innerHTML = html;
    place.parentNode.appendChild(trial);
    var grows = Math.abs(trial.offsetHeight - place.offsetHeight) > 1;
    trial.remove();
    return grows;
  }

  function offer() {
    var fresh = document.getElementById("fresh");
    if (!fresh) { return; }
    var offers = Object.keys(held).map(function (id) {
      var title = one("h2", new DOMParser().parseFromString(held[id], "text/html"));
      return [id, (title ? title.textContent : "News") + ": show them"];
    });
    var more = runsDone - resultsDone;
    if (more > 0 && one("details.results[open] > :not(summary, p)")) {
      offers.push(["results", more + (more === 1 ? " more run is in: show it" : " more runs are in: show them")]);
    }
    if (fresh.textContent === offers.map(function (each) { return each[1]; }).join("")) { return; }
    fresh.textContent = "";
    offers.forEach(function (each) {
      var button = document.createElement("button");
      button.className = "btn";
      button.type = "button";
      button.textContent = each[1];
      button.addEventListener("click", function () { show(each[0]); });
      fresh.appendChild(button);
    });
  }

  function show(id) {
    if (id === "results") { renew(); return; }
    var place = document.getElementById(id);
    var html = held[id];
    delete held[id];
    place.innerHTML = html;
    place.scrollIntoView({ block: "nearest" });
    var title = one("h2", place);
    if (title) { title.focus({ preventScroll: true }); }
    offer();
  }

  /* Results that stand open are those of the runs that were in when they were loaded. */
  function renew() {
    var fold = one("details.results[open]");
    if (!fold) { return; }
    resultsDone = runsDone;
    offer();
    fetch(fold.getAttribute("data-load") + "&again=1", { credentials: "same-origin" }).then(function (answer) {
      return answer.text().then(function (text) {
        if (answer.status === 202) { window.setTimeout(renew, 1000); return; }
        if (!answer.ok) { return; }
        keepPlace([], function () {
          all(":scope > :not(summary, p:has(> a[href$='/results']))", fold).forEach(function (old) { old.remove(); });
          fold.insertAdjacentHTML("beforeend", text);
        }, one("summary", fold));
      });
    }).catch(function () { say("connection lost; trying again"); });
  }

  /* Changes parts of the page; what stands at the top of the window stays there. */
  function keepPlace(ids, change, anchor) {
    anchor = anchor || (window.scrollY > 0 && all("[data-row], h2, h3, .row, .part", main).find(function (each) {
      return each.getBoundingClientRect().top >= 0 && !ids.some(function (id) {
        return document.getElementById(id) && document.getElementById(id).contains(each);
      });
    }));
    var before = anchor && anchor.getBoundingClientRect().top;
    change();
    if (anchor && anchor.isConnected) {
      var moved = anchor.getBoundingClientRect().top - before;
      if (Math.abs(moved) >= 1) { window.scrollBy({ top: moved, behavior: "instant" }); }
    }
  }

  function atEnd() { return window.innerHeight + window.scrollY > document.body.scrollHeight - 260; }

  function append(turn) {
    if (document.getElementById(turn.anchor)) { return; }
    var days = document.getElementById("days");
    var day = document.getElementById("day-" + turn.day);
    if (!day) {
      day = document.createElement("section");
      day.className = "day";
      day.id = "day-" + turn.day;
      day.setAttribute("data-day", String(turn.day));
      var head = document.createElement("header");
      var title = document.createElement("h2");
      title.id = "d" + turn.day;
      title.textContent = "Day " + turn.day;
      head.appendChild(title);
      day.setAttribute("aria-labelledby", title.id);
      day.appendChild(head);
      days.appendChild(day);
    }
    day.insertAdjacentHTML("beforeend", turn.html);
  }

  /* Says how many messages stand below, at most every ten seconds: it is read out each time. */
  function announce() {
    var fresh = document.getElementById("fresh");
    if (!fresh) { return; }
    if (!unseen) { fresh.textContent = ""; return; }
    var wait = fresh.firstChild ? said + 10000 - Date.now() : 0;
    if (wait > 0) {
      if (!later) { later = setTimeout(function () { later = null; announce(); }, wait); }
      return;
    }
    said = Date.now();
    fresh.textContent = "";
    var link = document.createElement("a");
    link.className = "btn";
    link.href = "#" + firstUnseen;
    link.textContent = unseen + " new: show them";
    link.addEventListener("click", function () { unseen = 0; fresh.textContent = ""; });
    fresh.appendChild(link);
  }

  function say(text) {
    var state = document.getElementById("live-state");
    if (state) { state.textContent = text; }
  }

  function listen() {
    var place = one("[data-live]");
    if (!place || source || !window.EventSource) { return; }
    source = new EventSource(place.getAttribute("data-live"));
    source.addEventListener("open", function () { say("live"); });
    source.addEventListener("error", function () { say("connection lost; trying again"); });
    source.addEventListener("problem", function (event) { say(JSON.parse(event.data).message); });
    source.addEventListener("end", function () {
      say("ended");
      source.close();
      source = null;
      place.removeAttribute("data-live");
    });
    source.addEventListener("parts", function (event) {
      var news = JSON.parse(event.data);
      var parts = news.parts || {};
      var wasAtEnd = atEnd();
      var turns = (news.turns || []).filter(function (turn) { return !document.getElementById(turn.anchor); });
      turns.forEach(append);
      keepPlace(Object.keys(parts), function () {
        Object.keys(parts).forEach(function (id) { put(id, parts[id]); });
        if (parts["run-score"]) { showScrub(); }
      });
      if (news.done !== undefined) {
        resultsDone = runsDone ? resultsDone : news.done;   /* the first look comes with the page */
        runsDone = news.done;
        offer();
      }
      if (turns.length && !wasAtEnd) {
        if (!unseen) { firstUnseen = turns[0].anchor; }
        unseen += turns.filter(function (turn) { return turn.said; }).length;
        announce();
      }
    });
  }

  function leave() {
    if (source) { source.close(); source = null; }
  }

  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { leave(); } else { listen(); }
  });
  window.addEventListener("pagehide", leave);
  window.addEventListener("scroll", function () { if (unseen && atEnd()) { unseen = 0; announce(); } }, { passive: true });

  /* ---------- the search of exported pages: all texts stand in the page ---------- */
  var data = document.getElementById("search-data");
  if (data) {
    var texts = JSON.parse(data.textContent);
    var field = document.getElementById("q");
    var state = document.getElementById("search-state");
    var list = document.getElementById("search-results");
    state.textContent = texts.length + " texts";
    field.addEventListener("input", function () {
      var words = field.value.trim().toLowerCase();
      var hits = words ? texts.filter(function (row) { return (row[1] + " " + row[2]).toLowerCase().indexOf(words) >= 0; }) : [];
      list.textContent = "";
      hits.slice(0, 200).forEach(function (row) {
        var item = document.createElement("li");
        var link = document.createElement("a");
        var text = document.createElement("p");
        link.href = row[0];
        link.textContent = row[1];
        text.textContent = row[2];
        text.className = "voice small";
        text.dir = "auto";
        item.appendChild(link);
        item.appendChild(text);
        item.setAttribute("data-row", "");
        list.appendChild(item);
      });
      state.textContent = !words ? texts.length + " texts" : hits.length + " of " + texts.length + " texts" +
        (hits.length > 200 ? "; the first 200 are shown" : "");
    });
  }

  /* ---------- labels: a digit chooses a value of the first item without one; the last one saves ---------- */
  var labelling = one("form[data-labels]");
  var chosen = [];

  function isOpen(item) { return chosen.indexOf(item) < 0 && (!one("input:checked", item) || labelling.dataset.again); }

  function chooseLabel(key) {
    if (!labelling || !/^[0-9]$/.test(key)) { return false; }
    var items = all("[data-item]:not([disabled])", labelling);
    var item = items.filter(isOpen)[0] || (items.length === 1 ? items[0] : null);
    var input = item && one("input[data-digit='" + key + "']", item);
    if (!input) { return false; }
    input.checked = true;
    chosen.push(item);
    var next = items.filter(isOpen)[0];
    if (next) {
      next.scrollIntoView({ block: "nearest" });
      items.forEach(function (each) { each.classList.toggle("next", each === next); });
    } else if (labelling.requestSubmit) {
      labelling.requestSubmit();
    }
    return true;
  }

  if (labelling) {
    /* What was labelled before is labelled anew from its first item on. */
    var begun = all("[data-item]:not([disabled])", labelling);
    if (begun.every(function (item) { return one("input:checked", item); })) { labelling.dataset.again = "yes"; }
    if (begun.length) { begun.filter(isOpen)[0].classList.add("next"); }
    var unit = document.getElementById("unit");
    if (unit && unit.getBoundingClientRect().bottom > window.innerHeight) { unit.scrollIntoView({ block: "nearest" }); }
  }

  /* ---------- keys ---------- */
  var before = null;

  function showKeys() {
    var keys = document.getElementById("keys");
    before = { y: window.scrollY, focus: document.activeElement };
    keys.open = true;
    keys.scrollIntoView({ block: "center" });
    one("summary", keys).focus({ preventScroll: true });
  }

  function escape() {
    var keys = document.getElementById("keys");
    if (keys.open) {
      keys.open = false;
      if (before) {
        window.scrollTo(0, before.y);
        if (before.focus && before.focus !== document.body) { before.focus.focus({ preventScroll: true }); }
        before = null;
      }
      return;
    }
    if (document.activeElement && document.activeElement !== document.body) { document.activeElement.blur(); }
    mark(null, false);
  }

  function followLink(selector) {
    var link = one(selector);
    if (link) { link.click(); }
  }

  function copy() {
    var place = current && current.id ? "#" + current.id : location.hash;
    var address = location.origin + location.pathname + location.search + place;
    if (!navigator.clipboard) { return; }
    navigator.clipboard.writeText(address).then(function () {
      var status = document.getElementById("copied");
      if (!status) {
        status = document.createElement("p");
        status.id = "copied";
        status.className = "sr";
        status.setAttribute("role", "status");
        main.appendChild(status);
      }
      status.textContent = "Copied the link to " + (place.slice(1) || "this page");
    });
  }

  var keys = {
    j: function () { step(1); },
    k: function () { step(-1); },
    n: function () { followLink("[data-key=n], .pages [rel=next]"); },
    p: function () { followLink("[data-key=p], .pages [rel=prev]"); },
    "]": function () { stepDay(1); },
    "[": function () { stepDay(-1); },
    f: function () { step(1, function (row) { return row.hasAttribute("data-flag"); }); },
    t: function () { toggle("details.thinking"); },
    r: function () { toggle("details.prompt"); },
    a: function () {
      if (current && one("details.ask", current)) { toggle("details.ask"); } else { followLink("[data-key=a]"); }
    },
    w: function () { followLink("[data-key=w]"); },
    s: function () {
      var button = (current && one("button.star", current)) || one(".actions button.star", main);
      if (button) { button.click(); }
    },
    y: copy,
    u: function () { followLink("[data-key=u]"); },
    "/": function () {
      var box = document.getElementById("q");
      if (box) { box.focus(); } else { followLink("a[href='search.html']"); }
    },
    "?": showKeys
  };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "Escape") { escape(); return; }
    if (event.target.closest && event.target.closest("input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]")) { return; }
    if (chooseLabel(event.key)) { event.preventDefault(); return; }
    if (Object.prototype.hasOwnProperty.call(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  /* What takes its time says so, and is not sent twice. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var what = form.getAttribute("data-busy");
    if (!what) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    var button = event.submitter || one("button", form);
    var began = Date.now();
    window.setInterval(function () {
      button.textContent = what + ", " + Math.round((Date.now() - began) / 1000) + " s";
    }, 1000);
  });

  /* On touch, a tap on a row makes it current. */
  main.addEventListener("click", function (event) {
    var row = event.target.closest("[data-row]");
    if (row && row !== current) { mark(row, false); }
  });

  function atTarget() {
    var row = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (row && row.hasAttribute("data-row")) { mark(row, false); }
  }

  /* What is still being read is asked for again, at the same place of the page. */
  var reading = one("[data-ask-again]");
  if (reading) { window.setTimeout(function () { location.reload(); }, 1000 * reading.dataset.askAgain); }

  window.addEventListener("hashchange", atTarget);
  page.classList.add("scripted");
  showScrub();
  atTarget();
  listen();
}());
