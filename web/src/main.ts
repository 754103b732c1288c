/** What every page loads: its styles, htmx for parts of a page, and small comforts. Nothing on a page waits for this. */
import "../styles/main.css";

import htmx from "htmx.org";

import { sendOnce } from "./comfort/once";
import { offerPrinting } from "./comfort/printing";
import { countDown } from "./comfort/remaining";

// The content security policy admits neither inline styles nor code from text.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // pages with personal data do not stay in the browser's storage

sendOnce(document);
offerPrinting(document);
countDown(document);
