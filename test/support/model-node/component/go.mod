module model-component

go 1.22
