-- The Negative inventory report, once more and slowly: the rules as one reads them, in SQLite, from what the entries say.
--
-- It shares nothing with the ledger but the entries. The tables of the first part are filled with what they say, one row a line;
-- `insert into run` makes the rest happen: every line is inserted into `replay` in the order of replay, and the triggers there are the
-- rules (L1 to L17). The last part shows what came of it. Quantities are thousandths, costs ten-thousandths, moments milliseconds, ids
-- 16 bytes. A cost that nobody knows is null: it stays null wherever its units go, and is 0 in the last part only.


-- What the entries say. -----------------------------------------------------------------------------------------------------

create table entry (
  key integer primary key,
  id blob not null unique,
  kind text not null,
  shop integer not null,
  device integer not null,
  dseq integer not null,
  at integer not null,
  employee blob not null,
  mode text not null check (mode in ('allow', 'auto_add')),
  cost_control text not null check (cost_control in ('default', 'last_recorded')),
  refers_to blob,                 -- the entry it refers to
  paper blob,                     -- the order it writes or answers
  stage text,                     -- how far that order is
  to_shop integer                 -- where a sending goes
) strict;

create table line (
  entry integer not null,
  line integer not null,
  item blob not null,
  holds_stock integer not null,   -- as the posting device knew it
  default_cost integer,           -- likewise
  qty integer,                    -- of a count: what was counted; of an adjustment: below zero for what is gone
  cost integer,
  at integer not null,            -- of a count: when the item was counted
  of_entry blob,                  -- the line it brings back or settles
  of_line integer,                -- and, for an order and its receipts, the number in the order
  becomes text,                   -- of a conversion
  primary key (entry, line)
) strict, without rowid;

-- What was taken back in its own shop counts as if it had not happened: it is left out here, and nowhere else. A sale and a sending
-- cannot be.
create view happened as
  select * from entry
  where kind not in ('receipt', 'transfer_receive', 'vendor_return', 'count', 'adjustment', 'conversion', 'reassignment')
    or not exists (select 1 from entry as back where back.kind = 'retraction' and back.refers_to = entry.id and back.shop = entry.shop);


-- What comes of it. ---------------------------------------------------------------------------------------------------------

-- An item in a shop. `on_hand` is kept beside its lots and shortages, so that L1 can be checked and not assumed.
create table stock (
  item blob not null,
  shop integer not null,
  on_hand integer not null default 0,
  since integer,                  -- when it fell below zero and stayed there
  last_recorded integer,          -- L6: what the last unit that left, and whose cost was known, had cost
  last_received integer,          -- L6: what the last one that brought a cost of its own had cost
  holds_stock integer not null default 1,
  primary key (item, shop)
) strict, without rowid;

-- One line in the order of replay, which is the order of `n`.
create table replay (
  n integer primary key,
  entry integer not null,
  line integer not null,
  item blob not null,
  shop integer not null,
  at integer not null,
  does text not null,
  qty integer,
  cost integer,
  reason text,
  mode text not null,
  cost_control text not null,
  default_cost integer,
  of_entry blob,
  of_line integer,
  becomes text
) strict;

-- L6: what one unit of the line's item is taken to cost; null if nobody knows.
create view estimate as
  select n,
    coalesce(case cost_control when 'default' then default_cost else last_recorded end,
             case cost_control when 'default' then last_recorded else default_cost end,
             last_received) as cost
  from replay join stock using (item, shop);

-- Units that came in together at one cost; the oldest has the lowest key.
create table lot (
  key integer primary key,
  item blob not null,
  shop integer not null,
  qty integer not null check (qty >= 0),
  cost integer
) strict;
create index lot_of on lot (item, shop, key) where qty > 0;

-- A line that took something out, and how much of that came back, arrived elsewhere, or is lost.
create table went (
  n integer primary key,
  entry blob not null,
  line integer not null,
  item blob not null,
  shop integer not null,
  qty integer not null,
  back integer not null default 0,
  arrived integer not null default 0,
  lost integer not null default 0,
  check (back + arrived + lost <= qty),
  unique (entry, line)
) strict;

-- What it took from a lot, or from what was added for it (L14), in the order in which units left.
create table taken (
  key integer primary key,
  n integer not null,
  lot integer,
  qty integer not null,
  cost integer,
  back integer not null default 0
) strict;
create index taken_by on taken (n);

-- What no lot covered.
create table shortage (
  n integer primary key,
  item blob not null,
  shop integer not null,
  short integer not null,
  open integer not null check (open between 0 and short),
  cost integer
) strict;
create index shortage_of on shortage (item, shop, n) where open > 0;

-- Units coming in together.
create table inflow (
  key integer primary key,
  n integer not null,
  item blob not null,
  shop integer not null,
  qty integer not null check (qty > 0),
  cost integer
) strict;

-- What they closed of a shortage; newer ones have a higher key.
create table fill (
  key integer primary key,
  shortage integer not null,
  inflow integer not null,
  qty integer not null,
  cost integer,
  back integer not null default 0
) strict;
create index fill_of on fill (shortage);
create index fill_by on fill (inflow);


-- Going out: L2, L11, L14. --------------------------------------------------------------------------------------------------

create trigger goes_out after insert on went begin
  -- L2: lots, oldest first.
  insert into taken (n, lot, qty, cost)
    select new.n, key, min(qty, new.qty - before), cost
    from (select key, qty, cost, sum(qty) over (order by key) - qty as before
          from lot where item = new.item and shop = new.shop and qty > 0)
    where before < new.qty order by key;
  update lot set qty = qty - (select taken.qty from taken where taken.n = new.n and taken.lot = lot.key)
    where key in (select lot from taken where n = new.n);

  -- L14: what is missing is added just before the missing units leave.
  insert into taken (n, qty, cost)
    select new.n, new.qty - max(on_hand, 0), coalesce(default_cost, estimate.cost)
    from replay join stock using (item, shop) join estimate using (n)
    where n = new.n and mode = 'auto_add' and new.qty > max(on_hand, 0);

  -- L2: the uncovered part is one shortage.
  insert into shortage
    select new.n, new.item, new.shop, uncovered, uncovered, cost
    from (select new.qty - coalesce(sum(qty), 0) as uncovered from taken where n = new.n)
      join estimate on n = new.n
    where uncovered > 0;

  update stock
    set on_hand = on_hand - new.qty + coalesce((select sum(qty) from taken where n = new.n and lot is null), 0)
    where item = new.item and shop = new.shop;
end;

-- L6: the last unit that left was there, or was added; of one that was not there the cost is estimated, not recorded. (The scenario
-- mixed-31 decides that, mixed-23 that a unit added of which nobody knows the cost leaves the last known one as it was, mixed-26 that the cost
-- of what is added is looked up after the line's lots have left.)
create trigger leaves after insert on taken when new.cost is not null begin
  update stock set last_recorded = new.cost
    where (item, shop) = (select item, shop from went where n = new.n);
end;


-- Coming in: L3, L5. --------------------------------------------------------------------------------------------------------

create trigger comes_in after insert on inflow begin
  -- Open shortages, oldest first.
  insert into fill (shortage, inflow, qty, cost)
    select n, new.key, min(open, new.qty - before), new.cost
    from (select n, open, sum(open) over (order by n) - open as before
          from shortage where item = new.item and shop = new.shop and open > 0)
    where before < new.qty order by n;
  update shortage set open = open - (select qty from fill where fill.inflow = new.key and fill.shortage = n)
    where n in (select shortage from fill where inflow = new.key);
  -- The rest is a lot.
  insert into lot (item, shop, qty, cost)
    select new.item, new.shop, rest, new.cost
    from (select new.qty - coalesce(sum(qty), 0) as rest from fill where inflow = new.key) where rest > 0;
  update stock set on_hand = on_hand + new.qty where item = new.item and shop = new.shop;
end;


-- Coming back: L7. ----------------------------------------------------------------------------------------------------------

-- So much of a line comes back.
create table reversal (
  n integer primary key,
  went integer not null,
  qty integer not null,
  item blob not null,
  shop integer not null
) strict;

-- Part of it, with what it had gone into: its own open shortage, a fill of it, or units it took. The places are in the order of L7.
create table part (
  n integer not null,
  place integer not null,
  shortage integer,
  fill integer,
  taken integer,
  qty integer not null,
  cost integer,
  primary key (n, place)
) strict, without rowid;

create trigger comes_back after insert on reversal begin
  insert into part (n, place, shortage, fill, taken, qty, cost)
    select new.n, place, shortage, fill, taken, min(qty, new.qty - before), cost
    from (select *, sum(qty) over (order by place) - qty as before
          from (select row_number() over (order by sort, newest desc) as place, *
                from (select 1 as sort, 0 as newest, n as shortage, null as fill, null as taken, open as qty, cost
                        from shortage where n = new.went and shop = new.shop
                      union all
                      select 2, key, null, key, null, qty - back, cost from fill where shortage = new.went
                      union all
                      select 3, key, null, null, key, qty - back, cost from taken where n = new.went)
                where qty > 0))
    where before < new.qty;
  update went set back = back + new.qty where n = new.went;
  update shortage set open = open - (select qty from part where n = new.n and part.shortage = new.went)
    where n = new.went and exists (select 1 from part where n = new.n and part.shortage = new.went);
  update fill set back = back + (select part.qty from part where part.n = new.n and part.fill = fill.key)
    where key in (select fill from part where n = new.n);
  update taken set back = back + (select part.qty from part where part.n = new.n and part.taken = taken.key)
    where key in (select taken from part where n = new.n);
  -- What closed the line's own shortage is on hand again; the rest obeys L3, unit by unit.
  update stock set on_hand = on_hand + coalesce((select sum(qty) from part where n = new.n and shortage is not null), 0)
    where item = new.item and shop = new.shop;
  insert into inflow (n, item, shop, qty, cost)
    select n, new.item, new.shop, qty, cost from part where n = new.n and shortage is null order by place;
end;


-- On its way: L10. ----------------------------------------------------------------------------------------------------------

-- The units of a line in the order in which they left, each stretch at its cost.
create view left_at as
  select n, key, sum(qty) over (partition by n order by key) - qty as begins, sum(qty) over (partition by n order by key) as ends, cost
  from (select n, key, qty, cost from taken
        union all
        select n, 9223372036854775807, short, cost from shortage);

-- So many of them arrive, from the first that did not arrive yet.
create table arrival (
  n integer primary key,
  went integer not null,
  begins integer not null,
  qty integer not null
) strict;


-- What each line does. ------------------------------------------------------------------------------------------------------

-- L17: an item that holds no stock posts no adjustments.
create trigger holds_no_stock before insert on replay
when new.does <> 'convert' and not (select holds_stock from stock where item = new.item and shop = new.shop) begin
  select raise(ignore);
end;

create trigger takes_out after insert on replay when new.does = 'take out' begin
  insert into went (n, entry, line, item, shop, qty)
    select new.n, id, new.line, new.item, new.shop, new.qty from entry where key = new.entry;
end;

-- L6: the last received cost is what a vendor charged or somebody typed; a transfer brings its sender's cost and does not change it.
create trigger receives after insert on replay when new.does = 'receive' begin
  insert into inflow (n, item, shop, qty, cost) values (new.n, new.item, new.shop, new.qty, new.cost);
  update stock set last_received = new.cost where item = new.item and shop = new.shop;
end;

-- Found with its cost, or at the L6 cost (L8, L12).
create trigger finds after insert on replay when new.does = 'find' begin
  insert into inflow (n, item, shop, qty, cost)
    select new.n, new.item, new.shop, new.qty, coalesce(new.cost, cost) from estimate where n = new.n;
  update stock set last_received = new.cost where item = new.item and shop = new.shop and new.cost is not null;
end;

-- L7, and L8 for what is beyond it. Without a quantity: all that is left. In another shop the line's own shortage stays open (L15), so that
-- what only it could take is beyond it too; likewise what went into a shortage that a conversion closed.
create trigger brings_back after insert on replay when new.does = 'bring back' begin
  insert into reversal (n, went, qty, item, shop)
    select new.n, n, min(qty - back - arrived - lost, coalesce(new.qty, qty)), new.item, new.shop
    from went where entry = new.of_entry and line = new.of_line;
  insert into inflow (n, item, shop, qty, cost)
    select new.n, new.item, new.shop, beyond, cost
    from (select coalesce(new.qty, (select qty from reversal where n = new.n))
            - coalesce((select sum(qty) from part where n = new.n), 0) as beyond) join estimate on n = new.n
    where beyond > 0;
end;

-- L10: at what they cost the sender, in the order in which they left.
create trigger arrives after insert on replay when new.does = 'arrive' begin
  insert into arrival (n, went, begins, qty)
    select new.n, n, arrived, min(new.qty, qty - back - arrived - lost)
    from went where entry = new.of_entry and line = new.of_line;
  update went set arrived = arrived + (select qty from arrival where n = new.n) where entry = new.of_entry and line = new.of_line;
  insert into inflow (n, item, shop, qty, cost)
    select new.n, new.item, new.shop,
      min(left_at.ends, arrival.begins + arrival.qty) - max(left_at.begins, arrival.begins), left_at.cost
    from arrival join left_at on left_at.n = arrival.went
    where arrival.n = new.n and arrival.qty > 0
      and left_at.begins < arrival.begins + arrival.qty and left_at.ends > arrival.begins
    order by left_at.begins;
  insert into inflow (n, item, shop, qty, cost)
    select new.n, new.item, new.shop, beyond, cost
    from (select new.qty - coalesce((select qty from arrival where n = new.n), 0) as beyond) join estimate on n = new.n
    where beyond > 0;
end;

-- Lost on the way: those that left last, for all that anybody knows.
create trigger loses after insert on replay when new.does = 'lose' begin
  update went set lost = lost + min(new.qty, qty - back - arrived - lost)
    where entry = new.of_entry and line = new.of_line;
end;

-- L9: the difference is worked out here and now.
create trigger counts after insert on replay when new.does = 'count' begin
  insert into inflow (n, item, shop, qty, cost)
    select new.n, new.item, new.shop, new.qty - on_hand, cost
    from stock join estimate on n = new.n where item = new.item and shop = new.shop and new.qty > on_hand;
  insert into went (n, entry, line, item, shop, qty)
    select new.n, id, new.line, new.item, new.shop, on_hand - new.qty
    from stock join entry on key = new.entry where item = new.item and stock.shop = new.shop and new.qty < on_hand;
end;

-- L17: its shortages are closed, and it has no lots.
create trigger converts after insert on replay when new.does = 'convert' begin
  update shortage set open = 0 where item = new.item and shop = new.shop and open > 0 and new.becomes = 'non_inventory';
  update lot set qty = 0 where item = new.item and shop = new.shop and qty > 0 and new.becomes = 'non_inventory';
  update stock set on_hand = 0, holds_stock = 0 where item = new.item and shop = new.shop and new.becomes = 'non_inventory';
  update stock set holds_stock = 1 where item = new.item and shop = new.shop and new.becomes = 'inventory';
end;

create trigger falls_below_zero after update of on_hand on stock when old.on_hand >= 0 and new.on_hand < 0 begin
  update stock set since = (select at from replay order by n desc limit 1) where item = new.item and shop = new.shop;
end;

create trigger is_cured after update of on_hand on stock when old.on_hand < 0 and new.on_hand >= 0 begin
  update stock set since = null where item = new.item and shop = new.shop;
end;


-- The order of replay: L13. -------------------------------------------------------------------------------------------------

-- Every line that moves stock.
create view moves as
  select entry.key as entry, line.line, line.item, entry.shop, line.at, line.default_cost,
    case kind when 'sale' then 'take out'
              when 'vendor_return' then 'take out'
              when 'transfer_send' then 'take out'
              when 'receipt' then 'receive'
              when 'refund' then iif(refers_to is null, 'find', 'bring back')
              when 'transfer_return' then 'bring back'
              when 'transfer_receive' then 'arrive'
              when 'transfer_loss' then 'lose'
              when 'reassignment' then iif(line.line = 0, 'bring back', 'take out')
              when 'adjustment' then iif(line.qty > 0, 'find', 'take out')
              when 'count' then 'count'
              when 'conversion' then 'convert' end as does,
    case kind when 'sale' then 'sale'
              when 'reassignment' then 'sale'
              when 'vendor_return' then 'vendor_return'
              when 'transfer_send' then 'transfer'
              when 'adjustment' then 'adjustment' end as reason,
    iif(kind = 'count', line.qty, abs(line.qty)) as qty, line.cost, line.of_entry, line.of_line, line.becomes
  from happened as entry join line on line.entry = entry.key
  where kind in ('sale', 'vendor_return', 'transfer_send', 'receipt', 'refund', 'transfer_return', 'transfer_receive', 'transfer_loss',
                 'reassignment', 'adjustment', 'count', 'conversion')
    and (holds_stock or kind = 'conversion')
  union all
  -- A void names no lines: it brings back all that is left of each of its sale's.
  select void.key, line.line, line.item, void.shop, void.at, line.default_cost,
    'bring back', null, null, null, sale.id, line.line, null
  from happened as void join happened as sale on sale.id = void.refers_to and sale.kind = 'sale' join line on line.entry = sale.key
  where void.kind = 'void' and holds_stock;

create table run (once integer primary key check (once = 1)) strict;
create trigger runs after insert on run begin
  insert into stock (item, shop) select distinct item, shop from moves;

  -- L13. One that refers to another and would go before it goes at once after it; of several such the first by their own standing.
  insert into replay (entry, line, item, shop, at, does, qty, cost, reason, mode, cost_control, default_cost, of_entry, of_line, becomes)
    select moves.entry, line, item, moves.shop, moves.at, does, qty, cost, reason, own.mode, own.cost_control, default_cost,
      of_entry, of_line, becomes
    from moves join entry as own on own.key = moves.entry
      left join happened as other
        on other.id = own.refers_to and (other.at, other.device, other.dseq, other.id) > (moves.at, own.device, own.dseq, own.id)
    order by coalesce(other.at, moves.at), coalesce(other.device, own.device), coalesce(other.dseq, own.dseq),
      coalesce(other.id, own.id), other.id is not null, moves.at, own.device, own.dseq, own.id, moves.line;
end;


-- The report. ---------------------------------------------------------------------------------------------------------------

create view report as
  select entry.id as entry, replay.line, shortage.item, shortage.shop, reason, short, open, coalesce(shortage.cost, 0) as unit_cost,
    shortage.cost is null as cost_missing, open * coalesce(shortage.cost, 0) as exposure, replay.at as since, entry.employee, entry.device
  from shortage join replay using (n) join entry on entry.key = replay.entry
    join stock on stock.item = shortage.item and stock.shop = shortage.shop
  where open > 0
  order by stock.since, shortage.item, shortage.shop, n;

-- Of an order holds what was saved last; on its way is what is ordered and did not come in yet.
create view on_orders as
  select item, shop, sum(max(0, qty - received)) as qty
  from (select line.item, saved.shop, line.qty, coalesce((
          select sum(came.qty) from happened as receipt join line as came on came.entry = receipt.key and came.of_line = line.of_line
          where receipt.kind = 'receipt' and receipt.paper = saved.paper), 0) as received
        from (select *, row_number() over (partition by paper order by at desc, device desc, dseq desc, id desc) as age
              from happened where kind = 'order') as saved
          join line on line.entry = saved.key
        where age = 1 and stage = 'ordered')
  group by item, shop;

-- On its way between shops is what was sent and neither arrived nor came back nor is lost.
create view on_transfers as
  select item, shop, sum(max(0, qty - settled)) as qty
  from (select line.item, sent.to_shop as shop, line.qty, coalesce((
          select sum(came.qty) from happened as answer join line as came on came.entry = answer.key and came.of_line = line.line
          where answer.refers_to = sent.id and answer.kind in ('transfer_receive', 'transfer_return', 'transfer_loss')), 0) as settled
        from happened as sent join line on line.entry = sent.key where sent.kind = 'transfer_send')
  group by item, shop;
create index entry_paper on entry (paper);
create index entry_refers_to on entry (refers_to);

create view negative as
  select item, shop, on_hand, since, coalesce(on_orders.qty, 0) as on_orders, coalesce(on_transfers.qty, 0) as on_transfers
  from stock left join on_orders using (item, shop) left join on_transfers using (item, shop)
  where on_hand < 0;

-- L1, which must give no row: on hand = lots − open shortages, and never both.
create view broken as
  select item, shop from stock
    left join (select item, shop, sum(qty) as lots from lot group by item, shop) using (item, shop)
    left join (select item, shop, sum(open) as open from shortage group by item, shop) using (item, shop)
  where on_hand <> coalesce(lots, 0) - coalesce(open, 0) or (lots > 0 and open > 0);
