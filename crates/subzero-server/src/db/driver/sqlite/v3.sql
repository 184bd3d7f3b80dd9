-- What a device last said of itself when it asked for news, as JSON.
alter table device add column standing text not null default '{"unsent":0}';
