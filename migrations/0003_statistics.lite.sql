-- What SQLite must know of the tables to choose an index. Every key begins with the municipality, of which there is one:
-- without this SQLite expects that naming it leaves a few rows, and reads all rows of a table in the order of its key.
-- Not counted but said: a table is large, what is asked for is little. A table that is made later says so again.
analyze municipality;
delete from sqlite_stat1;
insert into sqlite_stat1 (tbl, idx, stat)
select tbl, idx, '1000000' || group_concat(case
        when name = 'municipality_id' then ' 1000000'
        when is_unique and place = last then ' 1'
        else ' ' || max(2, 12 - 2 * place) end, '')
from (select tables.name as tbl, case when of_table.origin = 'pk' then tables.name else of_table.name end as idx,
        of_table."unique" as is_unique, of_index.seqno as place, of_index.name as name,
        (select max(seqno) from pragma_index_info(of_table.name)) as last
    from sqlite_schema as tables, pragma_index_list(tables.name) as of_table,
        pragma_index_info(of_table.name) as of_index
    where tables.type = 'table' and tables.name not like 'sqlite%' and tables.name not like '\_sqlx%' escape '\'
    order by tbl, idx, place)
group by tbl, idx;
analyze sqlite_schema;
