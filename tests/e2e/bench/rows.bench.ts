// The rows that `cargo xtask bench` asks for, on the page that is shipped and the real server.
import { test } from "@playwright/test";
import { coldStarts } from "./rows/cold_start.ts";
import { newRegisters } from "./rows/new_register.ts";
import { sales } from "./rows/sales.ts";
import { isAsked } from "./support/plan.ts";

const HOURS = 3_600_000;
test.setTimeout(6 * HOURS);

if (isAsked("W5", "W13", "W14")) test("W5 W13 W14: cold start to the right report", coldStarts);
if (isAsked("W9")) test("W9: a new register to the right report", newRegisters);
if (isAsked("W1", "W3")) test("W1 W3: sales", sales);
